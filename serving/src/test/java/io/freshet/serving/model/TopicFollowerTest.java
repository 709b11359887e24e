package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicFollowerTest {

    @TempDir
    static Path folder;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<ModelAnnouncement> followed = new CopyOnWriteArrayList<>();

    private static ModelAnnouncement announcement(String model, long version) {
        return TinyModels.announcement(new ModelVersion(model, version), model + "/" + version, "0".repeat(64));
    }

    private TopicFollower<ModelAnnouncement> follower(KafkaConnection kafka) {
        return new TopicFollower<>(
                kafka,
                Topics.MODELS,
                Codecs.MODEL_ANNOUNCEMENT,
                announcement -> announcement.model().model(),
                registry,
                followed::add);
    }

    private static ProducerRecord<byte[], byte[]> toRecord(String key, byte[] value) {
        return new ProducerRecord<>(Topics.MODELS.topicName(), key.getBytes(StandardCharsets.UTF_8), value);
    }

    private static ProducerRecord<byte[], byte[]> toRecord(ModelAnnouncement announcement) {
        return toRecord(announcement.model().model(), Codecs.MODEL_ANNOUNCEMENT.encode(announcement));
    }

    @Test
    void itTellsTheLastOfWhatLayThereAndThenEachThatComes() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            try (TopicFollower<ModelAnnouncement> follower = follower(kafka);
                    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
                kafka.createMissingTopics(1, (short) 1);
                producer.send(toRecord(announcement("tiny", 1))).get();
                producer.send(toRecord(announcement("small", 1))).get();
                producer.send(toRecord(announcement("tiny", 2))).get();
                producer.send(toRecord("tiny", new byte[] {1, 2, 3})).get();
                producer.send(toRecord("small", Codecs.MODEL_ANNOUNCEMENT.encode(announcement("tiny", 3))))
                        .get();
                producer.send(new ProducerRecord<>(
                                Topics.MODELS.topicName(), "gone".getBytes(StandardCharsets.UTF_8), null))
                        .get();
                follower.start();
                assertThat(follower.awaitCaughtUp(Duration.ofMinutes(1))).isTrue();
                assertThat(followed).containsExactlyInAnyOrder(announcement("tiny", 2), announcement("small", 1));

                producer.send(toRecord(announcement("tiny", 4))).get();
                await().untilAsserted(() -> assertThat(followed).last().isEqualTo(announcement("tiny", 4)));
                assertThat(registry.get("freshet.serving.announcements")
                                .tag("outcome", "malformed")
                                .counter()
                                .count())
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void itWaitsForATopicThatIsNotThereYet() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("late"))) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            try (TopicFollower<ModelAnnouncement> follower = follower(kafka);
                    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
                follower.start();
                kafka.createMissingTopics(1, (short) 1);
                producer.send(toRecord(announcement("tiny", 1))).get();

                await().untilAsserted(() -> assertThat(followed).containsExactly(announcement("tiny", 1)));
            }
        }
    }
}
