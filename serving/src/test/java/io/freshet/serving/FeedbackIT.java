package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Label;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Client.Answer;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One replica answers, and another gets the labels. */
class FeedbackIT {

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Client answering;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(folder, Deployment.config(folder, List.of("tiny"), CaptureMode.DURABLE));
        answering = new Client(deployment.service().port(), Version.HTTP_1_1);
        deployment.announce(new ModelVersion("tiny", 2));
        await().until(deployment.service()::isReady);
    }

    @AfterAll
    static void stop() {
        answering.close();
        deployment.close();
    }

    private static PixelImage image(int seed) {
        return PixelImage.ofGray(28, 28, TinyModels.pixels(seed, TinyModels.SHAPE));
    }

    private static void classify(String requestId, int seed) throws Exception {
        byte[] png = image(seed).toPng().bytes();
        Answer answer = answering.post("/v1/models/tiny:predict", "image/png", png, "X-Request-Id", requestId);
        assertThat(answer.status()).isEqualTo(200);
    }

    private static void classify(String requestId, int first, int second) throws Exception {
        String json = String.format(
                "{\"instances\": [{\"b64\": \"%s\"}, {\"b64\": \"%s\"}]}",
                Base64.getEncoder().encodeToString(image(first).toPng().bytes()),
                Base64.getEncoder().encodeToString(image(second).toPng().bytes()));
        Answer answer = answering.post(
                "/v1/models/tiny:predict",
                "application/json",
                json.getBytes(StandardCharsets.UTF_8),
                "X-Request-Id",
                requestId);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    /** Kafka has the image by the time of the answer, but perhaps not yet the note. */
    private static Answer label(Client client, String requestId, String json) throws Exception {
        await().until(() -> client.postJson("/v1/feedback/" + requestId, json).status() != 404);
        return client.postJson("/v1/feedback/" + requestId, json);
    }

    private static Answer label(String requestId, String json) throws Exception {
        return label(answering, requestId, json);
    }

    /** The labels by image id. */
    private static Map<String, Label> labels() {
        Map<String, Label> labels = new HashMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                deployment.kafka().clientConfig(Map.of()), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.LABELS.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(found -> labels.put(found.key(), Codecs.LABEL.decode(found.value())));
            }
        }
        return labels;
    }

    private static Label labelOf(PixelImage image) {
        return Optional.ofNullable(labels().get(image.id().hex())).orElseThrow();
    }

    @Test
    void aLabelThatComesLaterLiesUnderTheImagesId() throws Exception {
        classify("one", 1);
        Answer answer = label("one", "{'label': 'class-3'}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("labels").asInt()).isEqualTo(1);
        assertThat(labelOf(image(1))).satisfies(label -> {
            assertThat(label.label()).isEqualTo("class-3");
            assertThat(label.labeler()).isEqualTo("freshet-serving");
        });
    }

    @Test
    void anotherReplicaTakesTheLabelAndOneThatStartsLaterDoesToo() throws Exception {
        classify("elsewhere", 2);
        ServingConfig config = Deployment.config(folder.resolve("second"), List.of("tiny"), CaptureMode.DURABLE);
        try (ServingService second = ServingService.start(
                        config,
                        deployment.kafka(),
                        deployment.store(),
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
                Client client = new Client(second.port(), Version.HTTP_1_1)) {
            await().until(second::isReady);
            assertThat(label(client, "elsewhere", "{'label': 4}").status()).isEqualTo(200);
            assertThat(labelOf(image(2)).label()).isEqualTo("class-4");

            classify("just-now", 3);
            assertThat(label(client, "just-now", "{'label': 5}").status()).isEqualTo(200);
        }
    }

    @Test
    void severalImagesTakeTheirLabelsTogetherOrOneByOne() throws Exception {
        classify("two", 4, 5);
        assertThat(label("two", "{'labels': ['class-1', null]}").status()).isEqualTo(200);
        assertThat(label("two-1", "{'label': 'class-2'}").status()).isEqualTo(200);

        assertThat(labelOf(image(4)).label()).isEqualTo("class-1");
        assertThat(labelOf(image(5)).label()).isEqualTo("class-2");
        assertThat(label("two", "{'labels': [1]}").status()).isEqualTo(400);
        assertThat(label("two", "{'label': 1}").text()).contains("several images");
    }

    @Test
    void whoSaysSoIsSaid() throws Exception {
        classify("said", 6);
        label("said", "{'label': 1}");
        answering.post(
                "/v1/feedback/said",
                "application/json",
                "{\"label\": 1}".getBytes(StandardCharsets.UTF_8),
                "Freshet-Source",
                "till/7");

        assertThat(labelOf(image(6)).labeler()).isEqualTo("till/7");
    }

    @Test
    void aRequestThatNobodyCapturedIsUnknown() throws Exception {
        Answer answer = answering.postJson("/v1/feedback/never", "{'label': 'class-1'}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("detail").asText()).contains("never");
        assertThat(answering
                        .postJson("/v1/feedback/never", "{'labels': [1, 2]}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aClassThatTheModelDoesNotKnowIsRefusedWithThoseThatItKnows() throws Exception {
        classify("odd", 7);

        assertThat(label("odd", "{'label': 'spaceship'}").text()).contains("spaceship", "class-0, class-1");
        assertThat(label("odd", "{'label': 10}").status()).isEqualTo(400);
        assertThat(label("odd", "{}").status()).isEqualTo(400);
        assertThat(labels()).doesNotContainKey(image(7).id().hex());
    }
}
