package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.stream.StreamConfig;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.Meter;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica with all that it can do shows of itself. */
class MetricsIT {

    private static final byte[] PNG = PixelImage.ofGray(28, 28, TinyModels.pixels(1, TinyModels.SHAPE))
            .toPng()
            .bytes();

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        TestBroker broker = TestBroker.embedded(folder.resolve("kafka"));
        try (Admin admin =
                Admin.create(KafkaConnection.to(broker.bootstrapServers()).clientConfig(Map.of()))) {
            admin.createTopics(List.of(new NewTopic("in", 1, (short) 1), new NewTopic("out", 1, (short) 1)))
                    .all()
                    .get();
        }
        ServingConfig config = Deployment.withStream(
                Deployment.config(folder, List.of(), CaptureMode.ASYNC), new StreamConfig("in", "out", "shop", "", 16));
        deployment = Deployment.start(folder, config, broker);
        client = new Client(deployment.service().port(), Version.HTTP_1_1);
        deployment.announce(new ModelVersion("tiny", 3));
        await().until(deployment.service()::isReady);
    }

    @AfterAll
    static void stop() {
        client.close();
        deployment.close();
    }

    @Test
    void everyMeterSaysWhatItShowsAndInWhichUnit() {
        assertThat(meters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getDescription()).as("description of %s", meter).isNotBlank();
            assertThat(meter.getBaseUnit()).as("unit of %s", meter).isNotBlank();
        });
    }

    @Test
    void noLabelGrowsWithWhatStrangersAskFor() throws Exception {
        ask("first");
        List<Meter.Id> afterOneOfEach = meters();

        for (int i = 0; i < 50; i++) {
            ask("name-" + i);
        }

        assertThat(meters()).containsExactlyInAnyOrderElementsOf(afterOneOfEach);
    }

    /** One request of each kind: answered, and at fault in as many ways as a path, a name and a body can be. */
    private static void ask(String name) throws Exception {
        client.post("/v1/models/tiny:predict", "image/png", PNG);
        client.post("/v1/models/tiny:predict", "image/png", name.getBytes(StandardCharsets.UTF_8));
        client.post("/v1/models/tiny:predict", "application/" + name, PNG);
        client.post("/v1/models/tiny/labels/" + name + ":predict", "image/png", PNG);
        client.post("/v1/models/" + name + ":predict", "image/png", PNG);
        client.post("/v1/models/" + name + ":predict", "application/json", "{}".getBytes(StandardCharsets.UTF_8));
        client.post("/v2/models/" + name + "/infer", "application/json", "{}".getBytes(StandardCharsets.UTF_8));
        client.post("/v2/models/tiny/infer", "application/json", "[]".getBytes(StandardCharsets.UTF_8));
        client.post(
                "/v1/feedback/" + name, "application/json", "{\"label\":\"class-1\"}".getBytes(StandardCharsets.UTF_8));
        client.get("/" + name);
    }

    private static List<Meter.Id> meters() {
        return deployment.registry().getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("freshet."))
                .toList();
    }
}
