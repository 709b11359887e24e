package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Client.Answer;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is answered is what the description says. */
class OpenApiIT {

    private static final String FILE = Base64.getEncoder().encodeToString(png());

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Client client;
    private static ObjectNode description;

    private static byte[] png() {
        ImageShape shape = TinyModels.SHAPE;
        return PixelImage.ofGray(shape.width(), shape.height(), TinyModels.pixels(2, shape))
                .toPng()
                .bytes();
    }

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(folder, Deployment.config(folder, List.of(), CaptureMode.ASYNC));
        client = new Client(deployment.service().port(), Version.HTTP_1_1);
        deployment.announce(new ModelVersion("tiny", 3));
        await().until(deployment.service()::isReady);
        description = (ObjectNode) client.get("/openapi.json").json();
    }

    @AfterAll
    static void stop() {
        client.close();
        deployment.close();
    }

    /** A call, and the path of the description that it belongs to. */
    private record Try(String template, String method, Answer answer) {

        @Override
        public String toString() {
            return method + " " + template + " " + answer.status() + " " + answer.text();
        }
    }

    private static String path(String template, String name) {
        return template.replace("{name}", name)
                .replace("{version}", "3")
                .replace("{label}", "stable")
                .replace("{id}", "request-of-" + name);
    }

    private static Answer call(String template, String method, String name) throws Exception {
        String path = path(template, name);
        if (method.equals("get")) {
            return client.get(path);
        }
        if (template.endsWith("/infer")) {
            return client.postJson(
                    path,
                    "{'id': '1', 'inputs': [{'name': 'images', 'shape': [1], 'datatype': 'BYTES', 'data': ['" + FILE
                            + "']}], 'outputs': [{'name': 'probabilities', 'parameters': {'classification': 2}},"
                            + " {'name': 'embedding'}]}");
        }
        if (template.startsWith("/v1/feedback/")) {
            return client.postJson(path, "{'label': 'class-1'}");
        }
        return template.contains("/repository/models/")
                ? client.post(
                        path, "application/json", new byte[0], "Authorization", "Bearer " + Deployment.ADMIN_TOKEN)
                : client.postJson(path, "{'instances': [{'b64': '" + FILE + "'}]}");
    }

    /** All paths, with a model that there is and with one that there is not, and what is special to some. */
    private static List<Try> tries() throws Exception {
        List<Try> tries = new ArrayList<>();
        String remembered = "request-of-tiny"; // to be given feedback
        client.post("/v1/models/tiny:predict", "image/png", png(), "X-Request-Id", remembered);
        for (String name : List.of("tiny", "other")) {
            for (String template : sorted(description.get("paths"))) {
                for (String method : sorted(description.get("paths").get(template))) {
                    tries.add(new Try(template, method, call(template, method, name)));
                }
            }
            // The paths' order has it unloaded by now.
            client.post(
                    path("/v2/repository/models/{name}/load", "tiny"),
                    "application/json",
                    new byte[0],
                    "Authorization",
                    "Bearer " + Deployment.ADMIN_TOKEN);
            await().until(() -> client.get("/v2/models/tiny/ready").status() == 200);
        }
        String predict = "/v1/models/{name}:predict";
        String infer = "/v2/models/{name}/infer";
        String load = "/v2/repository/models/{name}/load";
        String at = path(predict, "tiny");
        tries.add(new Try(predict, "post", client.post(at, "image/png", png())));
        tries.add(new Try(predict, "post", client.post(at, "image/png", new byte[3])));
        tries.add(new Try(predict, "post", client.post(at, "image/png", new byte[2 << 20])));
        tries.add(new Try(predict, "post", client.post(at, "text/plain", png())));
        tries.add(new Try(predict, "post", client.postJson(at, "{'inputs': [{'b64': '" + FILE + "'}]}")));
        tries.add(new Try(predict, "post", client.postJson(at, "{")));
        tries.add(new Try(infer, "post", client.postJson(path(infer, "tiny"), "{}")));
        tries.add(new Try(infer, "post", client.post(path(infer, "tiny"), "text/plain", png())));
        tries.add(new Try(load, "post", client.postJson(path(load, "tiny"), "{}")));
        return tries;
    }

    private static Set<String> sorted(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void eachAnswerIsAsItIsDescribed() throws Exception {
        Set<String> succeeded = new TreeSet<>();
        for (Try tried : tries()) {
            JsonNode operation = description.get("paths").get(tried.template()).get(tried.method());
            JsonNode response = operation
                    .get("responses")
                    .get(Integer.toString(tried.answer().status()));
            assertThat(response).as("Described status of " + tried).isNotNull();
            if (response.has("$ref")) {
                response = description.at(response.get("$ref").asText().substring(1));
            }
            String type = tried.answer().header("Content-Type").orElse("").split(";", 2)[0];
            JsonNode content = response.get("content").get(type);
            assertThat(content).as("Described type " + type + " of " + tried).isNotNull();
            if (type.endsWith("json")) {
                assertThat(faults(content.get("schema"), tried.answer().json()))
                        .as(tried.toString())
                        .isEmpty();
            }
            if (tried.answer().status() == 200) {
                succeeded.add(tried.method() + " " + tried.template());
            }
        }

        assertThat(succeeded).isEqualTo(operations());
    }

    private static Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        JsonNode paths = description.get("paths");
        for (String template : sorted(paths)) {
            sorted(paths.get(template)).forEach(method -> operations.add(method + " " + template));
        }
        return operations;
    }

    private static Set<String> faults(JsonNode schema, JsonNode answer) {
        ObjectNode whole = description.objectNode();
        whole.setAll((ObjectNode) schema);
        whole.set("components", description.get("components"));
        Set<String> faults = new TreeSet<>();
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(whole)
                .validate(answer)
                .forEach(fault -> faults.add(fault.getMessage()));
        return faults;
    }

    @Test
    void tensorsBehindTheJsonAreDescribedToo() throws Exception {
        Answer answer = client.postJson(
                "/v2/models/tiny/infer",
                "{'parameters': {'binary_data_output': true}, 'inputs': [{'name': 'images', 'shape': [1],"
                        + " 'datatype': 'BYTES', 'data': ['" + FILE + "']}]}");

        assertThat(answer.header("Content-Type")).isEqualTo(Optional.of("application/octet-stream"));
        assertThat(description
                        .at("/paths/~1v2~1models~1{name}~1infer/post/responses/200/content")
                        .has("application/octet-stream"))
                .isTrue();
        int json = Integer.parseInt(
                answer.header("Inference-Header-Content-Length").orElseThrow());
        assertThat(answer.response().body()).hasSize(json + (10 + TinyModels.EMBEDDING) * Float.BYTES);
    }
}
