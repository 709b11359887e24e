package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.ServingPolicy;
import io.freshet.protocol.Topics;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.rollout.RolloutCriteria;
import io.freshet.serving.rollout.StageConfig;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas and a real broker agree on what is tried, withdrawn and pinned. */
class RolloutIT {

    private static final StageConfig ALL = new StageConfig(1, 20, Duration.ZERO, Duration.ofMinutes(10));
    private static final StageConfig NONE = new StageConfig(0, 1, Duration.ZERO, Duration.ZERO);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private static ServingConfig config(Path cache, RolloutConfig rollout) {
        CaptureConfig none =
                Deployment.capture(CaptureMode.OFF, CaptureConfig.defaults().timeout());
        return Deployment.config(cache, List.of("tiny"), none, BatchingConfig.defaults(), rollout);
    }

    private static RolloutConfig rollout(StageConfig shadow, StageConfig canary, double minAgreement) {
        RolloutCriteria like = RolloutCriteria.defaults();
        return new RolloutConfig(
                shadow,
                canary,
                new RolloutCriteria(
                        like.maxFailures(),
                        50, // two cores under many tests: only what is very slow is slow
                        Duration.ofSeconds(10),
                        minAgreement,
                        0,
                        1,
                        1,
                        Duration.ofMinutes(1)));
    }

    /** Sends images of noise; returns the versions that answered. */
    private static List<Long> send(Client client, int images) throws Exception {
        List<Long> versions = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            byte[] png = PixelImage.ofGray(28, 28, TinyModels.pixels(i, TinyModels.SHAPE))
                    .toPng()
                    .bytes();
            Client.Answer answer = client.post("/v1/models/tiny:predict", "image/png", png);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            versions.add(answer.json().get("version").asLong());
        }
        return versions;
    }

    private static void sendUntil(Client client, BooleanSupplier condition) {
        await().atMost(PATIENCE).until(() -> {
            send(client, 1);
            return condition.getAsBoolean();
        });
    }

    private static double stage(Deployment deployment) {
        return deployment.value("freshet.serving.rollout.stage", "model", "tiny");
    }

    private static void awaitStage(Deployment deployment, int stage) {
        await().atMost(PATIENCE).until(() -> stage(deployment) == stage);
    }

    private static String status(Client client) throws Exception {
        return client.get("/v1/models/tiny").text();
    }

    private static ModelAnnouncement lastAnnounced(Deployment deployment) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                deployment.kafka().clientConfig(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition models = new TopicPartition(Topics.MODELS.topicName(), 0);
            consumer.assign(List.of(models));
            consumer.seekToEnd(List.of(models));
            consumer.seek(models, consumer.position(models) - 1);
            return Codecs.MODEL_ANNOUNCEMENT.decode(
                    consumer.poll(PATIENCE).iterator().next().value());
        }
    }

    @Test
    void whatOneReplicaWithdrawsLeavesAllOfThem() throws Exception {
        RolloutConfig strict = rollout(ALL, NONE, 1);
        try (Deployment deployment = Deployment.start(folder, config(folder, strict));
                ServingService quiet = ServingService.start(
                        config(folder.resolve("other"), strict),
                        deployment.kafka(),
                        deployment.store(),
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
                Client client = new Client(deployment.service().port(), HttpClient.Version.HTTP_1_1);
                Client other = new Client(quiet.port(), HttpClient.Version.HTTP_1_1)) {
            ModelAnnouncement first = deployment.announce(new ModelVersion("tiny", 1));
            await().atMost(PATIENCE).until(() -> deployment.service().isReady() && quiet.isReady());
            deployment.announce(new ModelVersion("tiny", 2)); // untrained as the first, and of other opinions
            await().atMost(PATIENCE)
                    .until(() -> stage(deployment) == 1
                            && status(other).contains("\"version\":\"2\",\"state\":\"AVAILABLE\""));

            assertThat(send(client, 40)).containsOnly(1L);
            await().atMost(PATIENCE).untilAsserted(() -> {
                ModelAnnouncement last = lastAnnounced(deployment);
                assertThat(last.isSameBundleAs(first)).isTrue();
                assertThat(last.withdrawn().map(ModelAnnouncement.Withdrawn::version))
                        .hasValue(2L);
            });
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(status(other)).contains("it agrees with the version in service on"));
            assertThat(send(other, 5)).containsOnly(1L);
        }
    }

    @Test
    void aVersionThatHoldsUpGoesThroughItsStages() throws Exception {
        StageConfig half = new StageConfig(.5, 20, Duration.ZERO, Duration.ofMinutes(10));
        try (Deployment deployment = Deployment.start(folder, config(folder, rollout(ALL, half, 0)));
                Client client = new Client(deployment.service().port(), HttpClient.Version.HTTP_1_1)) {
            deployment.announce(new ModelVersion("tiny", 1));
            await().atMost(PATIENCE).until(() -> deployment.service().isReady());
            deployment.announce(new ModelVersion("tiny", 2));
            awaitStage(deployment, 1);
            assertThat(send(client, 19)).containsOnly(1L); // the trial asks for one more
            sendUntil(client, () -> stage(deployment) == 2);
            assertThat(deployment.value("freshet.serving.model.version", "model", "tiny"))
                    .isEqualTo(1);
            sendUntil(client, () -> deployment.value("freshet.serving.model.version", "model", "tiny") == 2);
            assertThat(send(client, 10)).containsOnly(2L);
        }
    }

    @Test
    void pinnedVersionsAnswerByNumberAndLabelInEveryReplica() throws Exception {
        try (Deployment deployment = Deployment.start(folder, config(folder, RolloutConfig.direct()));
                Client client = new Client(deployment.service().port(), HttpClient.Version.HTTP_1_1);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        deployment.kafka().clientConfig(Map.of()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            ModelAnnouncement first = deployment.announce(new ModelVersion("tiny", 1));
            ModelAnnouncement second = deployment.announce(new ModelVersion("tiny", 2));
            ServingPolicy policy =
                    new ServingPolicy("tiny", List.of(first, second), Map.of("stable", 1L), Instant.now());
            producer.send(new ProducerRecord<>(
                            Topics.POLICIES.topicName(),
                            "tiny".getBytes(StandardCharsets.UTF_8),
                            Codecs.SERVING_POLICY.encode(policy)))
                    .get();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(client.get("/v1/models/tiny/versions/2/metadata")
                                    .status())
                            .isEqualTo(200));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(send(client, 1)).containsOnly(1L));
            assertThat(client.get("/v1/models/tiny/labels/stable/metadata").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutKafkaAReplicaServesWhatItServedLast() throws Exception {
        ServingConfig config = config(folder, RolloutConfig.direct());
        try (Deployment deployment = Deployment.start(folder, config)) {
            deployment.announce(new ModelVersion("tiny", 1));
            await().atMost(PATIENCE).until(() -> deployment.service().isReady());
            deployment.service().close();
            deployment.stopBroker();

            try (ServingService alone = ServingService.start(
                            config,
                            deployment.kafka(),
                            deployment.store(),
                            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
                    Client client = new Client(alone.port(), HttpClient.Version.HTTP_1_1)) {
                await().atMost(PATIENCE).until(alone::isReady);
                assertThat(send(client, 3)).containsOnly(1L);
            }
        }
    }
}
