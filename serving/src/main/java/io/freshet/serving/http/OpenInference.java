package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.inference.Api;
import io.freshet.serving.inference.ImageTensors;
import io.freshet.serving.inference.OutputTensor;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RequestedOutput;
import io.freshet.serving.predict.ImageInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The Open Inference Protocol's REST, with its extensions for binary tensors and classification. In JSON, the input's
 * pixels are flat or nested numbers, and image files are strings of base64, since JSON holds no bytes; tensors that follow
 * the JSON are as they lie in memory.
 */
final class OpenInference implements Dialect {

    private static final int LIGHT_BODY_BYTES = 64 << 10;

    /** So many numbers are written as they lie in memory in some 50 microseconds. */
    private static final int LIGHT_BINARY_NUMBERS = 64 * LIGHT_NUMBERS;

    @Override
    public Api api() {
        return Api.V2;
    }

    @Override
    public ErrorForm errors() {
        return ErrorForm.ERROR;
    }

    /** Tensors behind the JSON are only cut into images, or their numbers converted. */
    @Override
    public boolean isLight(RequestBody body) {
        int size = body.bytes().length;
        return size <= LIGHT_BODY_BYTES && body.jsonBytes().orElse(size) <= LIGHT_JSON_BYTES;
    }

    @Override
    public Question read(RequestBody body, ModelDescriptor model, int maxImages) throws RefusedException {
        byte[] bytes = body.bytes();
        int json = body.jsonBytes().orElse(bytes.length);
        if (json > bytes.length) {
            throw RefusedException.malformed(
                    Headers.JSON_BYTES + " is " + json + ", and the body has " + bytes.length + " bytes");
        }
        try (JsonParser parser = Json.parser(bytes, json)) {
            OpenInferenceRequest request = OpenInferenceRequest.read(parser, maxImages);
            ByteBuffer tensors = ByteBuffer.wrap(bytes, json, bytes.length - json);
            List<ImageInput> images = ImageTensors.read(request.inputs(tensors), model.input(), maxImages);
            List<RequestedOutput> outputs = RequestedOutput.orAll(request.outputs());
            OpenInferenceAnswer answer = new OpenInferenceAnswer(request.id(), outputs, request.binaryOutputs());
            long numbers =
                    OutputTensor.numbers(images.size(), outputs, model.classes().size(), model.embeddingSize());
            boolean light = numbers <= (answer.isBinary() ? LIGHT_BINARY_NUMBERS : LIGHT_NUMBERS);
            return new Question(images, light, answer::write);
        } catch (JsonProcessingException e) {
            throw JsonImages.malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the body lies in memory
        }
    }
}
