package io.freshet.serving.model;

import io.freshet.protocol.RecordCodec;
import io.freshet.protocol.RecordCodec.MalformedRecordException;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a compacted topic from its beginning, without a group, on a thread of its own: every replica sees every record.
 * What lay in the topic before the start is told as one record a key, the last.
 *
 * <p>While Kafka is away it waits and tries again. The caller closes it.
 *
 * @param <T> the record
 */
public final class TopicFollower<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final RecordCodec<T> codec;
    private final Function<T, String> key;
    private final Consumer<T> listener;
    private final Counter followed;
    private final Counter malformed;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final TopicThread thread;

    /**
     * @param key that a record must have
     * @param listener called on the follower's thread, which it must not hold up
     */
    public TopicFollower(
            KafkaConnection kafka,
            Topics topic,
            RecordCodec<T> codec,
            Function<T, String> key,
            MeterRegistry registry,
            Consumer<T> listener) {
        this.codec = codec;
        this.key = key;
        this.listener = listener;
        this.followed = counter(registry, topic, "followed");
        this.malformed = counter(registry, topic, "malformed");
        this.thread = new TopicThread(
                kafka, topic, Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"), this::follow);
    }

    private static Counter counter(MeterRegistry registry, Topics topic, String outcome) {
        return Counter.builder("freshet.serving.announcements")
                .description("Records that say what to serve, followed, or skipped because malformed")
                .baseUnit("announcements")
                .tag("topic", topic.topicName())
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Begins to read; once. */
    public void start() {
        thread.start();
    }

    /** Waits until what lay in the topic at the start was told; returns whether it was. */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, T> newest = new LinkedHashMap<>();
        boolean reachedEnds = false;
        while (!thread.isClosing()) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                read(found, newest);
            }
            reachedEnds = reachedEnds || TopicThread.hasReached(consumer, ends);
            if (reachedEnds) {
                newest.values().forEach(listener);
                newest.clear();
                caughtUp.countDown();
            }
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> found, Map<String, T> newest) {
        if (found.value() == null) {
            return; // a compacted topic's way to forget a key; what serves goes on serving
        }
        try {
            T value = codec.decode(found.value());
            requireKey(found, key.apply(value));
            newest.put(key.apply(value), value);
            followed.increment();
        } catch (MalformedRecordException | IllegalArgumentException e) {
            malformed.increment();
            LOG.warn(
                    "Skipped the record at {}-{}@{}, which is not as it should be: {}",
                    found.topic(),
                    found.partition(),
                    found.offset(),
                    e.getMessage());
        }
    }

    /** Under another key the record would outlive the one that compaction should put in its place. */
    private static void requireKey(ConsumerRecord<byte[], byte[]> found, String wanted) {
        String given = found.key() == null ? "" : new String(found.key(), StandardCharsets.UTF_8);
        if (!given.equals(wanted)) {
            throw new IllegalArgumentException("it is of '" + wanted + "' and has the key '" + given + "'");
        }
    }

    /** Stops reading; returns when the thread has come to its end. */
    @Override
    public void close() {
        thread.close();
    }
}
