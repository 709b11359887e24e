package io.freshet.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.testing.TinyModels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the JSON dialects read, and what they turn down; apostrophes stand for quotation marks. */
class DialectTest {

    private static final ModelDescriptor MODEL =
            TinyModels.descriptor(new ModelVersion("tiny", 1), TinyModels.CLASSES, new ImageShape(1, 2, 1));

    private static final int MAX_IMAGES = 2;

    private static List<ImageInput> images(Dialect dialect, String json, byte... tensors) throws RefusedException {
        byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(text, text.length + tensors.length);
        System.arraycopy(tensors, 0, bytes, text.length, tensors.length);
        OptionalInt jsonBytes = tensors.length > 0 ? OptionalInt.of(text.length) : OptionalInt.empty();
        RequestBody body = new RequestBody(bytes, Optional.of("application/json"), jsonBytes);
        return dialect.read(body, MODEL, MAX_IMAGES).images();
    }

    private static void assertMalformed(Dialect dialect, String json, String reason, byte... tensors) {
        assertThatThrownBy(() -> images(dialect, json, tensors))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.failure().status()).isEqualTo(400);
                    assertThat(refused.failure().detail()).contains(reason);
                });
    }

    private static byte[] pixels(ImageInput image) {
        assertThat(image).isInstanceOf(ImageInput.Tensor.class);
        ByteBuffer pixels = ((ImageInput.Tensor) image).pixels().duplicate();
        byte[] copy = new byte[pixels.remaining()];
        pixels.get(copy);
        return copy;
    }

    private static byte[] file(ImageInput image) {
        assertThat(image).isInstanceOf(ImageInput.Encoded.class);
        return ((ImageInput.Encoded) image).content().bytes();
    }

    @Test
    void rowsAndColumnsHoldPixelsAndFilesSideBySide() throws Exception {
        for (String json : List.of(
                "{'instances': [[[[1],[2]]], {'b64': 'AQID'}]}",
                "{'instances': [{'images': [[[1],[2]]]}, {'images': {'b64': 'AQID'}}]}",
                "{'inputs': [[[[1],[2]]], {'b64': 'AQID'}]}",
                "{'inputs': {'images': [[[[1],[2]]], {'b64': 'AQID'}]}, 'signature_name': ''}",
                "{'unknown': {'a': [1]}, 'instances': [[[[1],[2]]], {'b64': 'AQID'}]}")) {
            List<ImageInput> images = images(new TensorFlowServing(), json);

            assertThat(images).hasSize(2);
            assertThat(pixels(images.get(0))).containsExactly(1, 2);
            assertThat(file(images.get(1))).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    []                                                        | object
                    {}                                                        | 'instances' or 'inputs'
                    {'instances': []}                                         | no images
                    {'instances': 7}                                          | list
                    {'instances': [7]}                                        | array
                    {'instances': [[[[1],[2]]]], 'inputs': [[[[1],[2]]]]}     | not both
                    {'instances': [[[[1]]]]}                                  | [1, 2, 1], not [1, 1, 1]
                    {'instances': [{'b64': '*'}]}                             | base64
                    {'instances': [{'b64': 7}]}                               | base64
                    {'instances': [{'pixels': []}]}                           | 'pixels'
                    {'instances': [{}]}                                       | image
                    {'instances': [{'images': {'images': [[[1],[2]]]}}]}      | 'images'
                    {'instances': [{'b64': 'AQID', 'more': 1}]}               | one input
                    {'inputs': {'other': []}}                                 | 'other'
                    {'inputs': {'b64': 'AQID'}}                               | 'b64'
                    {'inputs': {'images': [[[[1],[2]]]], 'more': 1}}          | one input
                    {'signature_name': 'train', 'instances': []}              | 'train'
                    {'instances': [[[[1],[2]]],[[[1],[2]]],[[[1],[2]]]]}      | 2 images at most
                    {'instances': [[[[1],[2]]]]} {}                           | follows
                    {'instances': [[[[1],[2]]]], 'instances': [[[[1],[2]]]]}  | instances
                    {nonsense                                                 | line 1
                    nonsense                                                  | Content-Type image/*
                    """)
    void whatIsNoRequestToTensorFlowServingIsToldWhy(String json, String reason) {
        assertMalformed(new TensorFlowServing(), json, reason);
    }

    @Test
    void theOpenInferenceProtocolsFieldsComeInAnyOrder() throws Exception {
        String tensor = "{'data': [1, 2, 3, 4], 'shape': [2, 1, 2, 1], 'parameters': {'a': [1]}, 'datatype': 'UINT8',"
                + " 'name': 'images'}";
        List<ImageInput> images =
                images(new OpenInference(), "{'outputs': [], 'parameters': {}, 'inputs': [" + tensor + "], 'id': 'x'}");

        assertThat(images).hasSize(2);
        assertThat(pixels(images.get(0))).containsExactly(1, 2);
        assertThat(pixels(images.get(1))).containsExactly(3, 4);
    }

    @Test
    void filesMayHaveASecondDimensionOfOne() throws Exception {
        List<ImageInput> images = images(
                new OpenInference(),
                "{'inputs': [{'name': 'images', 'shape': [2, 1], 'datatype': 'BYTES', 'data': ['AQ==', 'Ag==']}]}");

        assertThat(images).hasSize(2);
        assertThat(file(images.get(1))).containsExactly(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                                                        | one input
                    {'inputs': 1}                                                                             | list
                    {'inputs': [1]}                                                                           | object
                    {'inputs': [{'name': 'x', 'shape': [1,1,2,1], 'datatype': 'UINT8', 'data': [1,2]}]}       | 'images'
                    {'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'BOOL', 'data': [1,2]}]}   | BOOL
                    {'inputs': [{'name': 'images', 'shape': [1,2,1,1], 'datatype': 'UINT8', 'data': [1,2]}]}  | [n, 1, 2, 1]
                    {'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'UINT8', 'data': [1]}]}    | 2 numbers, and 1
                    {'inputs': [{'name': 'images', 'shape': [3,1,2,1], 'datatype': 'UINT8', 'data': [1]}]}    | 1 to 2 images
                    {'inputs': [{'name': 'images', 'shape': [0,1,2,1], 'datatype': 'UINT8', 'data': []}]}     | 1 to 2 images
                    {'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'UINT8', 'data': 'AQ=='}]} | list
                    {'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'UINT8'}]}                 | no data
                    {'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'UINT9', 'data': [1,2]}]}  | 'UINT9'
                    {'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'FP32', 'data': [1,0.5]}]} | 0.5
                    {'inputs': [{'name': 'images', 'shape': [2], 'datatype': 'BYTES', 'data': ['AQ==']}]}     | [1]
                    {'inputs': [{'name': 'images', 'shape': [1], 'datatype': 'UINT8', 'data': ['AQ==']}]}     | BYTES
                    {'inputs': [{'name': 'images', 'shape': [2], 'datatype': 'BYTES', 'data': ['AQ==', 1]}]}  | base64
                    {'inputs': [{'name': 'images', 'shape': ['a'], 'datatype': 'BYTES', 'data': ['AQ==']}]}   | line 1
                    {'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'UINT8', 'parameters': {'binary_data_size': 2}}]} | 0 bytes follow
                    """)
    void whatIsNoInferenceRequestIsToldWhy(String json, String reason) {
        assertMalformed(new OpenInference(), json, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    [{'name': 'logits'}]                                              | 'logits'
                    [{'name': 'embedding', 'parameters': {'classification': 1}}]      | classification
                    [{'name': 'probabilities', 'parameters': {'classification': -1}}] | classification
                    {}                                                                | list
                    """)
    void anOutputThatTheModelDoesNotHaveIsToldOf(String outputs, String reason) {
        assertMalformed(
                new OpenInference(),
                "{'inputs': [{'name': 'images', 'shape': [1,1,2,1], 'datatype': 'UINT8', 'data': [1,2]}], 'outputs': "
                        + outputs + "}",
                reason);
    }

    @Test
    void wholeNumbersOfFloatingPointArePixels() throws Exception {
        List<ImageInput> images = images(
                new OpenInference(),
                "{'inputs': [{'name': 'images', 'shape': [1, 1, 2, 1], 'datatype': 'FP32', 'data': [1.0, 2e1]}]}");

        assertThat(pixels(images.getFirst())).containsExactly(1, 20);
    }

    @Test
    void tensorsBehindTheJsonAreViewsOfTheBody() throws Exception {
        List<ImageInput> images = images(
                new OpenInference(),
                "{'inputs': [{'name': 'images', 'shape': [2, 1, 2, 1], 'datatype': 'UINT8',"
                        + " 'parameters': {'binary_data_size': 4}}]}",
                new byte[] {1, 2, 3, (byte) 200});

        assertThat(pixels(images.get(0))).containsExactly(1, 2);
        assertThat(pixels(images.get(1))).containsExactly(3, (byte) 200);
        assertThat(((ImageInput.Tensor) images.get(0)).pixels().array())
                .isSameAs(((ImageInput.Tensor) images.get(1)).pixels().array());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'binary_data_size': 1}                | 1 bytes follow the JSON that belong to no input
                    {'binary_data_size': 3}                | binary_data_size of 3, and 2 bytes follow
                    {'binary_data_size': -1}               | binary_data_size of -1
                    {'binary_data_size': 2}, 'data': [1,2] | both
                    {}                                     | 2 bytes follow the JSON
                    7                                      | parameters must be an object
                    """)
    void tensorsBehindTheJsonMustBeWhatTheJsonSays(String parameters, String reason) {
        assertMalformed(
                new OpenInference(),
                "{'inputs': [{'name': 'images', 'shape': [1, 1, 2, 1], 'datatype': 'UINT8', 'parameters': " + parameters
                        + "}]}",
                reason,
                new byte[] {1, 2});
    }
}
