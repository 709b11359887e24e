package io.freshet.trainer.stream;

import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads committed records by their offsets, outside any consumer group. For one thread at a time; the caller closes it.
 *
 * <p>Offsets stand for records, but not one for one: transactions leave markers between them, and compaction gaps.
 */
public final class TopicReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;

    public TopicReader(KafkaConnection connection, String clientId) {
        this.consumer = new KafkaConsumer<>(
                connection.clientConfig(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        clientId,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        2_000,
                        // Between two looks at the metadata, which each question about another topic takes.
                        ConsumerConfig.RETRY_BACKOFF_MS_CONFIG,
                        10)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** All that a topic holds now. */
    public List<OffsetRange> all(Topics topic) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions);
        return ranges(partitions, partition -> begin.getOrDefault(partition, 0L));
    }

    /** The last of what a topic holds now: so many offsets, spread evenly over its partitions. */
    public List<OffsetRange> latest(Topics topic, long offsets) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        long each = Math.ceilDiv(offsets, partitions.size());
        return ranges(
                partitions,
                partition -> Math.max(begin.getOrDefault(partition, 0L), end.getOrDefault(partition, 0L) - each));
    }

    /** What a topic holds now from a moment on, by the records' timestamps. */
    public List<OffsetRange> since(Topics topic, Instant moment) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, moment.toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(wanted);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        return ranges(partitions, partition -> {
            OffsetAndTimestamp first = found.get(partition);
            return first == null ? end.getOrDefault(partition, 0L) : first.offset();
        });
    }

    /**
     * What a topic holds now beyond ranges that were read before.
     *
     * @param before one range of each partition; a partition that is missing is taken from its beginning
     */
    public List<OffsetRange> after(Topics topic, List<OffsetRange> before) {
        Map<Integer, Long> read = new HashMap<>();
        before.forEach(range -> read.put(range.partition(), range.to()));
        return all(topic).stream()
                .map(range -> new OffsetRange(
                        range.topic(),
                        range.partition(),
                        Math.min(range.to(), Math.max(range.from(), read.getOrDefault(range.partition(), 0L))),
                        range.to()))
                .toList();
    }

    private List<OffsetRange> ranges(List<TopicPartition> partitions, ToLongFunction<TopicPartition> from) {
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        return partitions.stream()
                .map(partition -> new OffsetRange(
                        partition.topic(),
                        partition.partition(),
                        Math.min(from.applyAsLong(partition), end.getOrDefault(partition, 0L)),
                        end.getOrDefault(partition, 0L)))
                .toList();
    }

    private List<TopicPartition> partitions(Topics topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .sorted(Comparator.comparingInt(TopicPartition::partition)) // or it would be in any order
                .toList();
        if (partitions.isEmpty()) {
            throw new IllegalStateException("There is no topic " + topic);
        }
        return partitions;
    }

    /**
     * Hands over the records of the ranges, one range after another, each in its order, so that the same ranges give the
     * same sequence. Offsets that retention has deleted are passed over, with a warning.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void read(List<OffsetRange> ranges, Consumer<ConsumerRecord<byte[], byte[]>> handler)
            throws InterruptedException {
        try {
            for (OffsetRange range : ranges) {
                if (range.from() < range.to()) {
                    read(range, handler);
                }
            }
        } catch (InterruptException e) {
            Thread.interrupted(); // Kafka has set the flag again; the exception says it from here on
            throw new InterruptedException("interrupted while reading " + ranges);
        } finally {
            consumer.unsubscribe(); // or it would fetch what nobody asks for
        }
    }

    private void read(OffsetRange range, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        TopicPartition partition = new TopicPartition(range.topic(), range.partition());
        consumer.assign(List.of(partition));
        long first = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (first > range.from()) {
            LOG.warn("Offsets {} to {} of {} are no longer there", range.from(), first, partition);
        }
        consumer.seek(partition, Math.max(first, range.from()));
        while (consumer.position(partition) < range.to()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < range.to()) {
                    handler.accept(record);
                }
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
