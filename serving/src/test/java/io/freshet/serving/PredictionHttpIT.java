package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.inference.Compression;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Client.Answer;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpClient.Version;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionHttpIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ImageShape SHAPE = TinyModels.SHAPE;
    private static final byte[] PIXELS = TinyModels.pixels(11, SHAPE);
    private static final PixelImage IMAGE = PixelImage.ofGray(SHAPE.width(), SHAPE.height(), PIXELS);
    private static final byte[] PNG = IMAGE.toPng().bytes();
    private static final String BASE64 = Base64.getEncoder().encodeToString(PNG);
    private static final String PREDICT = "/v1/models/tiny:predict";
    private static final String INFER = "/v2/models/tiny/infer";

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(folder, Deployment.config(folder, List.of(), CaptureMode.ASYNC));
        client = new Client(deployment.service().port(), Version.HTTP_1_1);
        deployment.announce(new ModelVersion("tiny", 3));
        await().until(deployment.service()::isReady);
    }

    @AfterAll
    static void stop() {
        client.close();
        deployment.close();
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(number -> numbers.add(number.asDouble()));
        return numbers;
    }

    /** The probabilities that the plain image gets, in the order of the classes. */
    private static List<Double> expected() throws Exception {
        JsonNode predictions = client.post(PREDICT, "image/png", PNG).json().get("predictions");
        Double[] probabilities = new Double[TinyModels.CLASSES.size()];
        predictions.forEach(prediction ->
                probabilities[TinyModels.CLASSES.indexOf(prediction.get("class").asText())] =
                        prediction.get("probability").asDouble());
        return Arrays.asList(probabilities);
    }

    private static void assertSame(List<Double> probabilities, List<Double> expected) {
        assertThat(probabilities).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(probabilities.get(i)).isCloseTo(expected.get(i), within(1e-5));
        }
    }

    private static String flat(byte[] pixels) {
        return IntStream.range(0, pixels.length)
                .mapToObj(i -> Integer.toString(pixels[i] & 0xff))
                .collect(Collectors.joining(","));
    }

    /** {@code [height][width][channels]}. */
    private static String nested(byte[] pixels) {
        return IntStream.range(0, SHAPE.height())
                .mapToObj(y -> IntStream.range(0, SHAPE.width())
                        .mapToObj(x -> "[" + (pixels[y * SHAPE.width() + x] & 0xff) + "]")
                        .collect(Collectors.joining(",", "[", "]")))
                .collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aPlainImageIsAnsweredWithItsClassesMostProbableFirst(Version version) throws Exception {
        try (Client own = new Client(deployment.service().port(), version)) {
            Answer answer = own.post(PREDICT, "image/png", PNG, "X-Request-Id", "request-1");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.response().version()).isEqualTo(version);
            assertThat(answer.header("Freshet-Model-Version")).hasValue("tiny/3");
            assertThat(answer.header("X-Request-Id")).hasValue("request-1");
            JsonNode json = answer.json();
            assertThat(json.get("model").asText()).isEqualTo("tiny");
            assertThat(json.get("version").asLong()).isEqualTo(3);
            assertThat(json.get("image_id").asText()).isEqualTo(IMAGE.id().hex());
            assertThat(json.get("request_id").asText()).isEqualTo("request-1");
            List<Double> probabilities = new ArrayList<>();
            json.get("predictions")
                    .forEach(p -> probabilities.add(p.get("probability").asDouble()));
            assertThat(probabilities).hasSize(10).isSortedAccordingTo((a, b) -> Double.compare(b, a));
            assertThat(probabilities.stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void aRequestWithoutAnIdGetsOne() throws Exception {
        Answer answer = client.post(PREDICT, "image/png", PNG);

        assertThat(answer.header("X-Request-Id")).hasValueSatisfying(UUID::fromString);
    }

    @Test
    void bytesOfNoTypeAreAnImageTooAndTheVersionMayStandInThePath() throws Exception {
        assertThat(client.post("/v1/models/tiny/versions/3:predict", "application/octet-stream", PNG)
                        .status())
                .isEqualTo(200);
        assertThat(client.post("/v1/models/tiny/versions/4:predict", "image/png", PNG)
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aLargeBodyComesThroughWhole(Version version) throws Exception {
        PixelImage large = new PixelImage(400, 400, TinyModels.pixels(1, new ImageShape(400, 400, 3)));
        byte[] png = large.toPng().bytes();
        assertThat(png.length).isGreaterThan(400_000);
        try (Client own = new Client(deployment.service().port(), version)) {
            Answer answer = own.post(PREDICT, "image/png", png);

            assertThat(answer.json().get("image_id").asText())
                    .isEqualTo(large.id().hex());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[%s]", "[{'images': %s}]"})
    void tensorFlowServingsRowsAreAnsweredInRows(String instances) throws Exception {
        for (String image : List.of(nested(PIXELS), "{'b64': '" + BASE64 + "'}")) {
            Answer answer = client.postJson(
                    PREDICT,
                    "{'signature_name': 'serving_default', 'instances': " + String.format(instances, image) + "}");

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.header("Freshet-Model-Version")).hasValue("tiny/3");
            JsonNode row = answer.json().get("predictions").get(0);
            assertSame(numbers(row.get("probabilities")), expected());
            assertThat(row.get("embedding")).hasSize(TinyModels.EMBEDDING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[%s, %s]", "{'images': [%s, %s]}"})
    void tensorFlowServingsColumnsAreAnsweredInColumns(String inputs) throws Exception {
        String pixels = nested(PIXELS);
        String file = "{'b64': '" + BASE64 + "'}";
        Answer answer = client.postJson(PREDICT, "{'inputs': " + String.format(inputs, pixels, file) + "}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode outputs = answer.json().get("outputs");
        assertThat(outputs.get("probabilities")).hasSize(2);
        assertSame(numbers(outputs.get("probabilities").get(0)), expected());
        assertSame(numbers(outputs.get("probabilities").get(1)), expected());
        assertThat(outputs.get("embedding").get(1)).hasSize(TinyModels.EMBEDDING);
    }

    @Test
    void curlSendsItsJsonAsAForm() throws Exception {
        byte[] json = ("{\"instances\": [{\"b64\": \"" + BASE64 + "\"}]}").getBytes(StandardCharsets.UTF_8);

        assertThat(client.post(PREDICT, "application/x-www-form-urlencoded", json)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theOpenInferenceProtocolTakesFlatPixelsNestedPixelsAndFiles() throws Exception {
        String flat =
                "{'name': 'images', 'shape': [1, 28, 28, 1], 'datatype': 'UINT8', 'data': [" + flat(PIXELS) + "]}";
        String nested =
                "{'data': [" + nested(PIXELS) + "], 'datatype': 'UINT8', 'name': 'images', 'shape': [1, 28, 28, 1]}";
        String file = "{'name': 'images', 'shape': [1], 'datatype': 'BYTES', 'data': ['" + BASE64 + "']}";
        for (String input : List.of(flat, nested, file)) {
            Answer answer = client.postJson(INFER, "{'id': 'q 7', 'inputs': [" + input + "]}");

            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.header("Freshet-Model-Version")).hasValue("tiny/3");
            JsonNode json = answer.json();
            assertThat(json.get("model_name").asText()).isEqualTo("tiny");
            assertThat(json.get("model_version").asText()).isEqualTo("3");
            assertThat(json.get("id").asText()).isEqualTo("q 7");
            JsonNode probabilities = json.get("outputs").get(0);
            assertThat(probabilities.get("name").asText()).isEqualTo("probabilities");
            assertThat(probabilities.get("datatype").asText()).isEqualTo("FP32");
            assertThat(numbers(probabilities.get("shape"))).containsExactly(1.0, 10.0);
            assertSame(numbers(probabilities.get("data")), expected());
            assertThat(numbers(json.get("outputs").get(1).get("shape"))).containsExactly(1.0, 32.0);
        }
    }

    @Test
    void onlyTheOutputsThatWereAskedForAreGiven() throws Exception {
        Answer answer = client.postJson(
                "/v2/models/tiny/versions/3/infer",
                "{'inputs': [{'name': 'images', 'shape': [2], 'datatype': 'BYTES', 'data': ['" + BASE64 + "', '"
                        + BASE64 + "']}], 'outputs': [{'name': 'embedding'}]}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("outputs")).hasSize(1);
        assertThat(answer.json().get("outputs").get(0).get("data")).hasSize(64);
        assertThat(answer.json().has("id")).isFalse();
    }

    /** An inference request whose tensor follows the JSON. */
    private static byte[] binary(String outputs) {
        byte[] json = ("{'inputs': [{'name': 'images', 'shape': [1, 28, 28, 1], 'datatype': 'UINT8', 'parameters':"
                        + " {'binary_data_size': " + PIXELS.length + "}}], " + outputs + "}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(json.length + PIXELS.length)
                .put(json)
                .put(PIXELS)
                .array();
    }

    private static Answer inferBinary(byte[] body, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Inference-Header-Content-Length", Integer.toString(body.length - PIXELS.length)));
        return client.post(INFER, "application/octet-stream", body, all.toArray(String[]::new));
    }

    @Test
    void tensorsGoBothWaysAsTheyLieInMemory() throws Exception {
        Answer answer = inferBinary(binary("'parameters': {'binary_data_output': true}, 'outputs': ["
                + "{'name': 'embedding', 'parameters': {'binary_data': false}}, {'name': 'probabilities'}]"));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).hasValue("application/octet-stream");
        int length = Integer.parseInt(
                answer.header("Inference-Header-Content-Length").orElseThrow());
        byte[] body = answer.response().body();
        JsonNode outputs = JSON.readTree(body, 0, length).get("outputs");
        assertThat(outputs.get(0).get("data")).hasSize(TinyModels.EMBEDDING);
        assertThat(outputs.get(1).has("data")).isFalse();
        assertThat(outputs.get(1).at("/parameters/binary_data_size").asInt()).isEqualTo(body.length - length);
        FloatBuffer floats = ByteBuffer.wrap(body, length, body.length - length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        List<Double> probabilities = new ArrayList<>();
        while (floats.hasRemaining()) {
            probabilities.add((double) floats.get());
        }
        assertSame(probabilities, expected());
    }

    @ParameterizedTest
    @EnumSource
    void packedBodiesAreUnpackedAndAnswersPacked(Compression compression) throws Exception {
        byte[] plain = binary("'outputs': [" + "{'name': 'embedding'}, ".repeat(9) + "{'name': 'probabilities'}]");
        String json = Integer.toString(plain.length - PIXELS.length);
        Answer packed = client.post(
                INFER,
                "application/octet-stream",
                compression.pack(plain),
                "Content-Encoding",
                compression.coding(),
                "Accept-Encoding",
                compression.coding(),
                "Inference-Header-Content-Length",
                json);

        assertThat(packed.status()).as(packed.text()).isEqualTo(200);
        assertThat(packed.header("Content-Encoding")).hasValue(compression.coding());
        InputStream sent = new ByteArrayInputStream(packed.response().body());
        InputStream unpacked = switch (compression) {
            case GZIP -> new GZIPInputStream(sent);
            case DEFLATE -> new InflaterInputStream(sent);
        };
        assertThat(unpacked.readAllBytes())
                .isEqualTo(inferBinary(plain).response().body());
    }

    @Test
    void aBodyThatHoldsTooMuchIsTurnedDownHoweverSmallItIs() throws Exception {
        byte[] bomb = Compression.GZIP.pack(new byte[(1 << 20) + 1]);
        assertThat(bomb.length).isLessThan(2_000);

        assertThat(client.post(PREDICT, "image/png", bomb, "Content-Encoding", "gzip")
                        .status())
                .isEqualTo(413);
        assertThat(client.post(PREDICT, "image/png", PNG, "Content-Encoding", "br")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void aLengthOfTheJsonThatCannotBeIsTurnedDown() throws Exception {
        for (String length : List.of("-1", "many", "100000")) {
            Answer answer = client.post(
                    INFER, "application/json", new byte[] {'{', '}'}, "Inference-Header-Content-Length", length);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().get("error").asText()).contains("Inference-Header-Content-Length");
        }
    }

    @Test
    void labelsNameAVersion() throws Exception {
        assertThat(client.post("/v1/models/tiny/labels/stable:predict", "image/png", PNG)
                        .header("Freshet-Model-Version"))
                .hasValue("tiny/3");
        assertThat(client.get("/v1/models/tiny/labels/stable/metadata").status())
                .isEqualTo(200);
        assertThat(client.post("/v1/models/tiny/labels/gold:predict", "image/png", PNG)
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anotherVersionThanTheOneInServiceIsNotThere() throws Exception {
        Answer answer = client.postJson("/v2/models/tiny/versions/2/infer", "{}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("error").asText()).contains("Version 2").contains("tiny/3");
        assertThat(answer.header("Freshet-Model-Version")).isEmpty();
    }

    @Test
    void anUndecodableImageIsAProblemWithItsReason() throws Exception {
        byte[] half = Arrays.copyOf(PNG, PNG.length / 2);
        Answer answer = client.post(PREDICT, "image/png", half, "X-Request-Id", "half");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.header("X-Request-Id")).hasValue("half");
        JsonNode problem = answer.json();
        assertThat(problem.get("type").asText()).isEqualTo("urn:freshet:problem:undecodable");
        assertThat(problem.get("title").asText()).isEqualTo("Bad Request");
        assertThat(problem.get("status").asInt()).isEqualTo(400);
        assertThat(problem.get("reason").asText()).isEqualTo("undecodable");
        assertThat(problem.get("detail").asText()).isNotEmpty();
    }

    @Test
    void anEmptyBodyAndBytesThatAreNoImageAreProblemsToo() throws Exception {
        assertThat(client.post(PREDICT, "image/png", new byte[0])
                        .json()
                        .get("reason")
                        .asText())
                .isEqualTo("empty");
        assertThat(client.post(PREDICT, "image/jpeg", "no image".getBytes(StandardCharsets.UTF_8))
                        .json()
                        .get("reason")
                        .asText())
                .isEqualTo("unknown-format");
    }

    @Test
    void anImageWithTooManyPixelsIsTooLarge() throws Exception {
        Answer answer = client.post(
                PREDICT,
                "image/png",
                PixelImage.ofGray(8_193, 1, new byte[8_193]).toPng().bytes());

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().get("reason").asText()).isEqualTo("too-large");
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aBodyThatIsTooLargeIsTurnedDownInTheDialectsForm(Version version) throws Exception {
        byte[] body = new byte[(1 << 20) + 1];
        try (Client own = new Client(deployment.service().port(), version)) {
            Answer image = own.post(PREDICT, "image/png", body);
            Answer json = own.post(INFER, "application/json", body);

            assertThat(image.status()).isEqualTo(413);
            assertThat(image.json().get("detail").asText()).contains("1048576");
            assertThat(json.status()).isEqualTo(413);
            assertThat(json.json().get("error").asText()).contains("1048576");
        }
    }

    @Test
    void aBrokenImageInJsonIsAnErrorInTheDialectsForm() throws Exception {
        Answer answer = client.postJson(PREDICT, "{'instances': [{'b64': '" + BASE64 + "'}, {'b64': 'AAAA'}]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("error").asText()).contains("Image 1");
    }

    @Test
    void jsonThatIsWrongIsToldWithItsPlace() throws Exception {
        for (String path : List.of(PREDICT, INFER)) {
            Answer answer = client.postJson(path, "{'inputs': [");

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().get("error").asText()).contains("line 1");
        }
    }

    @Test
    void anUnknownModelIsNotFoundInTheDialectsForm() throws Exception {
        Answer image = client.post("/v1/models/other:predict", "image/png", PNG);
        assertThat(image.status()).isEqualTo(404);
        assertThat(image.json().get("detail").asText()).contains("'other'").contains("tiny");

        for (Answer answer : List.of(
                client.postJson("/v1/models/other:predict", "{}"),
                client.postJson("/v2/models/other/infer", "{}"),
                client.get("/v2/models/other"),
                client.get("/v1/models/other"),
                client.get("/v1/models/other/metadata"))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().get("error").asText()).contains("other");
        }
    }

    @Test
    void aTypeThatIsNotTakenIsNamed() throws Exception {
        Answer text = client.post(PREDICT, "text/plain", PNG);
        assertThat(text.status()).isEqualTo(415);
        assertThat(text.json().get("detail").asText()).contains("text/plain");
        assertThat(client.post(INFER, "image/png", PNG).json().get("error").asText())
                .contains("image/png");
    }

    @Test
    void aSourceThatIsNoUriReferenceIsTurnedDown() throws Exception {
        Answer answer = client.post(PREDICT, "image/png", PNG, "Freshet-Source", "my camera");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText()).contains("Freshet-Source");
    }

    @Test
    void aSubjectThatWouldNotComeBackAsItIsIsTurnedDown() throws Exception {
        Answer answer = client.post(PREDICT, "image/png", PNG, "Freshet-Subject", "x".repeat(257));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText()).contains("Freshet-Subject");
    }

    @Test
    void whatIsNotThereIsToldTogetherWithWhatIs() throws Exception {
        Answer answer = client.get("/v3/models");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.json().get("detail").asText()).contains("/v3/models").contains("/v1/models/NAME:predict");
        assertThat(client.get(PREDICT).status()).isEqualTo(405);
    }

    @Test
    void theOpenInferenceProtocolTellsOfServerAndModel() throws Exception {
        assertThat(client.get("/v2").json().get("name").asText()).isEqualTo("freshet");
        assertThat(client.get("/v2/health/live").status()).isEqualTo(200);
        assertThat(client.get("/v2/health/ready").status()).isEqualTo(200);
        assertThat(client.get("/v2/models/tiny/ready").json().get("ready").asBoolean())
                .isTrue();
        JsonNode model = client.get("/v2/models/tiny").json();
        assertThat(model.get("versions").get(0).asText()).isEqualTo("3");
        assertThat(numbers(model.get("inputs").get(0).get("shape"))).containsExactly(-1.0, 28.0, 28.0, 1.0);
        assertThat(model.get("outputs").get(1).get("name").asText()).isEqualTo("embedding");
        assertThat(client.get("/v2/models/tiny/versions/9").status()).isEqualTo(404);
    }

    @Test
    void tensorFlowServingsStatusAndMetadataAreThere() throws Exception {
        JsonNode status =
                client.get("/v1/models/tiny").json().get("model_version_status").get(0);
        assertThat(status.get("version").asText()).isEqualTo("3");
        assertThat(status.get("state").asText()).isEqualTo("AVAILABLE");
        assertThat(status.get("status").get("error_code").asText()).isEqualTo("OK");

        JsonNode metadata = client.get("/v1/models/tiny/versions/3/metadata").json();
        assertThat(metadata.get("model_spec").get("version").asText()).isEqualTo("3");
        JsonNode signature = metadata.at("/metadata/signature_def/signature_def/serving_default");
        assertThat(signature.at("/inputs/images/dtype").asText()).isEqualTo("DT_UINT8");
        assertThat(signature.at("/inputs/images/tensor_shape/dim/1/size").asText())
                .isEqualTo("28");
        assertThat(signature
                        .at("/outputs/probabilities/tensor_shape/dim/1/size")
                        .asText())
                .isEqualTo("10");
    }

    @Test
    void metricsTellOfRequestsModelsAndTheProcess() throws Exception {
        client.post(PREDICT, "image/png", PNG);
        client.post(PREDICT, "image/png", new byte[3]);
        Answer metrics = client.get("/metrics");

        assertThat(metrics.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(metrics.text())
                .contains("freshet_serving_requests_seconds_bucket{api=\"image\",outcome=\"ok\"")
                .contains("freshet_serving_requests_seconds_count{api=\"image\",outcome=\"client_error\"}")
                .contains("freshet_serving_model_version{model=\"tiny\"} 3.0")
                .contains("freshet_serving_open_models 1.0")
                .contains("freshet_serving_swaps_total{outcome=\"served\"} 1.0")
                .contains("freshet_serving_swap_duration_seconds_count 1")
                .contains("freshet_serving_batch_size_images_count")
                .contains("freshet_serving_queue_images")
                .contains("freshet_serving_confidence_ratio_count")
                .contains("freshet_serving_capture_images_total{outcome=\"sent\"}")
                .contains("jvm_memory_used_bytes");
    }
}
