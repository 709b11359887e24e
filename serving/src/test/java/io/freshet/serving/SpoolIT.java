package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.capture.WhenAway;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private CaptureConfig spooling() {
        CaptureConfig defaults = CaptureConfig.defaults();
        return new CaptureConfig(
                CaptureMode.DURABLE,
                defaults.share(),
                defaults.maxPerSecond(),
                defaults.excludedSources(),
                defaults.source(),
                Duration.ofSeconds(4),
                defaults.linger(),
                defaults.bufferBytes(),
                defaults.sketchSize(),
                WhenAway.SPOOL,
                folder.resolve("spool"),
                defaults.spoolBytes(),
                defaults.images());
    }

    @Test
    void whatIsAnsweredWhileTheBrokerIsGoneLiesInTheTopicWhenItIsBack() throws Exception {
        ServingConfig config = Deployment.config(folder, List.of("tiny"), spooling(), BatchingConfig.defaults());
        try (Deployment deployment = Deployment.start(folder, config);
                Client client = new Client(deployment.service().port(), Version.HTTP_1_1)) {
            deployment.announce(new ModelVersion("tiny", 1));
            await().until(deployment.service()::isReady);
            post(client, "before");
            deployment.stopBroker();
            for (int i = 0; i < 5; i++) {
                post(client, "away-" + i);
            }
            assertThat(deployment.value("freshet.serving.capture", "outcome", "spooled"))
                    .isEqualTo(5);

            try (TestBroker back = TestBroker.embedded(folder.resolve("kafka"))) {
                assertThat(back.bootstrapServers()).isEqualTo(deployment.kafka().bootstrapServers());
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(deployment.value("freshet.serving.capture.spool"))
                                .isZero());
                post(client, "after");
                assertThat(eventIds(deployment))
                        .contains("before", "away-0", "away-1", "away-2", "away-3", "away-4", "after");
                deployment.service().close();
            }
        }
    }

    private static void post(Client client, String requestId) throws Exception {
        byte[] pixels = TinyModels.pixels(requestId.hashCode(), TinyModels.SHAPE);
        byte[] png = PixelImage.ofGray(28, 28, pixels).toPng().bytes();
        assertThat(client.post("/v1/models/tiny:predict", "image/png", png, "X-Request-Id", requestId)
                        .status())
                .isEqualTo(200);
    }

    private static Set<String> eventIds(Deployment deployment) {
        Set<String> ids = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                deployment.kafka().clientConfig(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.TRAFFIC.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(found -> ids.add(
                                TrafficImage.read(new EncodedImage(found.value()), found.headers(), Instant.EPOCH)
                                        .eventId()));
            }
        }
        return ids;
    }
}
