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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
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
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KafkaConnection kafka;
    private final Topics topic;
    private final RecordCodec<T> codec;
    private final Function<T, String> key;
    private final Consumer<T> listener;
    private final Counter followed;
    private final Counter malformed;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private final Thread thread;

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
        this.kafka = kafka;
        this.topic = topic;
        this.codec = codec;
        this.key = key;
        this.listener = listener;
        this.followed = counter(registry, topic, "followed");
        this.malformed = counter(registry, topic, "malformed");
        this.thread = Thread.ofPlatform()
                .name("freshet-follower-" + topic.topicName())
                .daemon()
                .unstarted(this::run);
    }

    private static Counter counter(MeterRegistry registry, Topics topic, String outcome) {
        return Counter.builder("freshet.serving.announcements")
                .description("Records that say what to serve, followed, or skipped because malformed")
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

    private void run() {
        boolean told = false;
        while (!isClosing()) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                current = consumer;
                follow(consumer);
            } catch (KafkaException e) {
                if (!told && !isClosing()) {
                    LOG.warn("{} cannot be read from {}; trying again", topic, kafka, e);
                    told = true;
                }
                pause();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                kafka.clientConfig(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "freshet-serving-" + topic.topicName(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        while (partitions.isEmpty() && !isClosing()) {
            pause();
            partitions = partitions(consumer);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, T> newest = new LinkedHashMap<>();
        boolean reachedEnds = false;
        while (!isClosing()) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                read(found, newest);
            }
            reachedEnds = reachedEnds || hasReached(consumer, ends);
            if (reachedEnds) {
                newest.values().forEach(listener);
                newest.clear();
                caughtUp.countDown();
            }
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topic.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private static boolean hasReached(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
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

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause() {
        try {
            closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Stops reading; returns when the thread has come to its end. */
    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup(); // out of a poll, or of a wait for a broker that is away
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
