package io.freshet.serving.feedback;

import io.freshet.protocol.AnsweredImage;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.RecordCodec.MalformedRecordException;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@link Topics#ANSWERED}, what all replicas answered, on a thread of its own, from so many images before the end.
 * While Kafka is away it waits and tries again. The caller closes it.
 */
final class AnsweredFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AnsweredFollower.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final KafkaConnection kafka;
    private final int most;
    private final Consumer<AnsweredImage> listener;
    private final Queue<CompletableFuture<@Nullable Void>> waiting = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<String, byte[]> current;
    private final Thread thread =
            Thread.ofPlatform().name("freshet-answered").daemon().unstarted(this::run);

    /** @param listener called on the follower's thread */
    AnsweredFollower(KafkaConnection kafka, int most, Consumer<AnsweredImage> listener) {
        this.kafka = kafka;
        this.most = most;
        this.listener = listener;
    }

    void start() {
        thread.start();
    }

    /** Complete when all that lies in the topic now was read. While Kafka is away it is not. */
    CompletableFuture<@Nullable Void> caughtUp() {
        CompletableFuture<@Nullable Void> reached = new CompletableFuture<>();
        waiting.add(reached);
        return reached;
    }

    private void run() {
        boolean told = false;
        while (!isClosing()) {
            try (KafkaConsumer<String, byte[]> consumer = consumer()) {
                current = consumer;
                follow(consumer);
            } catch (KafkaException e) {
                if (!told && !isClosing()) {
                    LOG.warn("{} cannot be read from {}; trying again", Topics.ANSWERED, kafka, e);
                    told = true;
                }
                pause();
            }
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                kafka.clientConfig(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "freshet-serving-answered",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false)),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private void follow(KafkaConsumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        while (partitions.isEmpty() && !isClosing()) {
            pause();
            partitions = partitions(consumer);
        }
        consumer.assign(partitions);
        seek(consumer, partitions);
        List<CompletableFuture<@Nullable Void>> asked = new ArrayList<>();
        Map<TopicPartition, Long> ends = Map.of();
        while (!isClosing()) {
            if (asked.isEmpty() && !waiting.isEmpty()) {
                takeAll(asked);
                ends = consumer.endOffsets(partitions);
            }
            consumer.poll(POLL).forEach(this::read);
            if (!asked.isEmpty() && hasReached(consumer, ends)) {
                asked.forEach(reached -> reached.complete(null));
                asked.clear();
            }
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
        return consumer.partitionsFor(Topics.ANSWERED.topicName()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /** Images are spread evenly over the partitions, by hashes of their ids. */
    private void seek(KafkaConsumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long from = ends.getOrDefault(partition, 0L) - most / partitions.size();
            consumer.seek(partition, Math.max(from, beginnings.getOrDefault(partition, 0L)));
        }
    }

    private void takeAll(List<CompletableFuture<@Nullable Void>> asked) {
        for (CompletableFuture<@Nullable Void> next = waiting.poll(); next != null; next = waiting.poll()) {
            asked.add(next);
        }
    }

    private static boolean hasReached(KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void read(ConsumerRecord<String, byte[]> found) {
        try {
            listener.accept(Codecs.ANSWERED_IMAGE.decode(found.value()));
        } catch (MalformedRecordException | IllegalArgumentException e) {
            LOG.warn(
                    "Skipped the record at {}-{}@{}: {}",
                    found.topic(),
                    found.partition(),
                    found.offset(),
                    e.getMessage());
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
        KafkaConsumer<String, byte[]> consumer = current;
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
