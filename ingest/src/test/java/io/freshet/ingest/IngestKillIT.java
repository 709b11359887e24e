package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.kafka.KafkaConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills ingest while it works. {@code -Dfreshet.kill.images=100000 -Dfreshet.kill.times=20} is the run that BENCHMARKS.md
 * tells of; in each build it is a short one.
 */
class IngestKillIT {

    private static final Logger LOG = LoggerFactory.getLogger(IngestKillIT.class);

    private static final int IMAGES = Integer.getInteger("freshet.kill.images", 4_000);
    private static final int KILLS = Integer.getInteger("freshet.kill.times", 2);
    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    @Test
    void noImageIsLostOrKeptTwiceOrOutOfOrder() throws Exception {
        try (TestBroker broker = TestBroker.embedded(folder.resolve("kafka"))) {
            KafkaConnection kafka = KafkaConnection.to(broker.bootstrapServers());
            kafka.createMissingTopics(PARTITIONS, (short) 1);
            Map<ImageId, TopicPosition> sent = produce(kafka);
            SplittableRandom random = new SplittableRandom(1);
            Ingest ingest = new Ingest(broker.bootstrapServers(), folder.resolve("state"));
            try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
                for (int kill = 1; kill <= KILLS; kill++) {
                    long mark = (long) IMAGES * kill / (KILLS + 1) - random.nextInt(IMAGES / (2 * KILLS));
                    await().atMost(PATIENCE).until(() -> {
                        ingest.keepUp();
                        return offsets(consumer) >= mark;
                    });
                    ingest.kill();
                    LOG.info("Kill {} of {}, at offset {}", kill, KILLS, offsets(consumer));
                }
                Map<TopicPartition, List<UnlabeledImage>> kept = new HashMap<>();
                await().atMost(PATIENCE).untilAsserted(() -> {
                    ingest.keepUp();
                    read(consumer, kept);
                    assertThat(missing(sent, kept)).as("images not kept yet").isEmpty();
                });
                assertThatEachIsThereOnce(sent, kept);
                assertThatTheyAreInOrder(kept);
            } finally {
                ingest.kill();
            }
        }
    }

    /** Ingest in a process of its own, started again when it has ended, as whoever runs the program would. */
    private static final class Ingest {

        private final String bootstrapServers;
        private final Path state;
        private Process process;

        Ingest(String bootstrapServers, Path state) throws IOException {
            this.bootstrapServers = bootstrapServers;
            this.state = state;
            this.process = IngestProcess.start(bootstrapServers, state);
        }

        void keepUp() throws IOException {
            if (!process.isAlive()) {
                process = IngestProcess.start(bootstrapServers, state);
            }
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }

    private static List<TopicPosition> missing(
            Map<ImageId, TopicPosition> sent, Map<TopicPartition, List<UnlabeledImage>> kept) {
        Set<ImageId> there = kept.values().stream()
                .flatMap(List::stream)
                .map(UnlabeledImage::id)
                .collect(Collectors.toSet());
        return sent.entrySet().stream()
                .filter(entry -> !there.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingInt(TopicPosition::partition).thenComparingLong(TopicPosition::offset))
                .toList();
    }

    private static void assertThatEachIsThereOnce(
            Map<ImageId, TopicPosition> sent, Map<TopicPartition, List<UnlabeledImage>> kept) {
        List<ImageId> ids = kept.values().stream()
                .flatMap(List::stream)
                .map(UnlabeledImage::id)
                .toList();
        assertThat(ids).doesNotHaveDuplicates().hasSameSizeAs(sent.keySet());
        LOG.info("{} images sent, {} kept, each once", sent.size(), ids.size());
    }

    /** Images of one cell that came in one partition stay in the order in which they came. */
    private static void assertThatTheyAreInOrder(Map<TopicPartition, List<UnlabeledImage>> kept) {
        kept.forEach((partition, images) -> {
            Map<String, Long> last = new HashMap<>();
            for (UnlabeledImage image : images) {
                int cell = Fingerprint.locate(TestImages.decode(image.png().bytes()))
                        .cells()
                        .getFirst();
                Long before = last.put(
                        image.traffic().partition() + "/" + cell,
                        image.traffic().offset());
                assertThat(before == null || before < image.traffic().offset())
                        .as("%s after %s in %s", image.traffic(), before, partition)
                        .isTrue();
            }
        });
    }

    /** Where each of the images lies in the traffic. */
    private static Map<ImageId, TopicPosition> produce(KafkaConnection kafka) throws Exception {
        Map<ImageId, Future<RecordMetadata>> sent = new HashMap<>();
        Map<String, Integer> patient = Map.of("linger.ms", 20, "delivery.timeout.ms", (int) PATIENCE.toMillis());
        try (var producer = new KafkaProducer<>(
                kafka.clientConfig(patient), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < IMAGES; i++) {
                byte[] png = TestImages.png(i);
                sent.put(
                        TestImages.decode(png).id(),
                        producer.send(new ProducerRecord<>(Topics.TRAFFIC.topicName(), i % PARTITIONS, null, png)));
            }
        }
        Map<ImageId, TopicPosition> positions = new HashMap<>();
        for (Map.Entry<ImageId, Future<RecordMetadata>> each : sent.entrySet()) {
            RecordMetadata where = each.getValue().get(); // a slow broker may have turned it away
            positions.put(each.getKey(), new TopicPosition(where.partition(), where.offset()));
        }
        return positions;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaConnection kafka) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.clientConfig(Map.of("isolation.level", "read_committed", "max.poll.records", 5_000)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.UNLABELED.topicName()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /** Committed so far, the markers of transactions among them. */
    private static long offsets(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.endOffsets(consumer.assignment()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, List<UnlabeledImage>> kept) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            kept.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), p -> new ArrayList<>())
                    .add(Codecs.UNLABELED_IMAGE.decode(record.value()));
        }
    }
}
