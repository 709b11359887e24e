package io.freshet.serving.model;

import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads all partitions of a topic without a group. While Kafka is away, or the topic is not there yet, it
 * waits and tries again, from the beginning of its {@link Reading}. The caller closes it.
 */
public final class TopicThread implements AutoCloseable {

    /** What the thread does with its consumer; returns when the thread {@linkplain #isClosing closes}. */
    @FunctionalInterface
    public interface Reading {

        /** @param consumer is assigned these partitions */
        void read(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions);
    }

    private static final Logger LOG = LoggerFactory.getLogger(TopicThread.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KafkaConnection kafka;
    private final Topics topic;
    private final Map<String, ?> own;
    private final Reading reading;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private final Thread thread;

    /** @param own configuration of the consumer, over what every reader without a group has */
    public TopicThread(KafkaConnection kafka, Topics topic, Map<String, ?> own, Reading reading) {
        this.kafka = kafka;
        this.topic = topic;
        this.own = Map.copyOf(own);
        this.reading = reading;
        this.thread = Thread.ofPlatform()
                .name("freshet-follower-" + topic.topicName())
                .daemon()
                .unstarted(this::run);
    }

    /** Begins to read; once. */
    public void start() {
        thread.start();
    }

    public boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void run() {
        boolean told = false;
        while (!isClosing()) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                current = consumer;
                List<TopicPartition> partitions = awaitPartitions(consumer);
                consumer.assign(partitions);
                reading.read(consumer, partitions);
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
        Map<String, Object> config = new HashMap<>(Map.of(
                ConsumerConfig.CLIENT_ID_CONFIG,
                "freshet-serving-" + topic.topicName(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false));
        config.putAll(own);
        return new KafkaConsumer<>(
                kafka.clientConfig(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private List<TopicPartition> awaitPartitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        while (partitions.isEmpty() && !isClosing()) {
            pause();
            partitions = partitions(consumer);
        }
        return partitions;
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topic.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /** Whether a consumer has come to these offsets. */
    public static boolean hasReached(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
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
