package io.freshet.trainer.labelling;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.trainer.stream.RecordLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows the committed labels in {@link Topics#LABELLING_LABELS}, from the first that is still there, without waiting for
 * any. For one thread at a time; the caller closes it.
 */
final class LabelInbox implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;

    LabelInbox(KafkaConnection connection) {
        this.consumer = new KafkaConsumer<>(
                connection.clientConfig(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "freshet-trainer-labels",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * Hands over a job's labels, all of them that are committed when this is called.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void catchUp(String job, Consumer<ChunkLabels> handler) throws InterruptedException {
        guarded(() -> {
            if (consumer.assignment().isEmpty()) {
                List<TopicPartition> partitions = consumer.partitionsFor(Topics.LABELLING_LABELS.topicName()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
            }
            Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
            while (end.entrySet().stream().anyMatch(entry -> consumer.position(entry.getKey()) < entry.getValue())) {
                hand(consumer.poll(POLL), job, handler);
            }
        });
    }

    /**
     * Hands over what has come of a job's labels.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    void read(String job, Consumer<ChunkLabels> handler) throws InterruptedException {
        guarded(() -> {
            ConsumerRecords<byte[], byte[]> found = consumer.poll(Duration.ZERO);
            while (!found.isEmpty()) {
                hand(found, job, handler);
                found = consumer.poll(Duration.ZERO);
            }
        });
    }

    private static void hand(ConsumerRecords<byte[], byte[]> found, String job, Consumer<ChunkLabels> handler) {
        byte[] wanted = (job + "/").getBytes(StandardCharsets.UTF_8);
        for (ConsumerRecord<byte[], byte[]> record : found) {
            byte[] key = record.key();
            if (key != null
                    && key.length >= wanted.length
                    && Arrays.equals(key, 0, wanted.length, wanted, 0, wanted.length)) {
                RecordLog.decode(Codecs.CHUNK_LABELS, record).ifPresent(handler);
            }
        }
    }

    private static void guarded(Runnable reading) throws InterruptedException {
        try {
            reading.run();
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka has set the flag again; the exception says it from here on
            throw new InterruptedException("interrupted while reading " + Topics.LABELLING_LABELS);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
