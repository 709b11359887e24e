package io.freshet.serving.feedback;

import io.freshet.protocol.AnsweredImage;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.RecordCodec.MalformedRecordException;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.model.TopicThread;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
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

    private final int most;
    private final Consumer<AnsweredImage> listener;
    private final Consumer<String> erased;
    private final Queue<CompletableFuture<@Nullable Void>> waiting = new ConcurrentLinkedQueue<>();
    private final TopicThread thread;

    /**
     * @param listener called on the follower's thread
     * @param erased called on that thread with the id of each event whose note is erased
     */
    AnsweredFollower(KafkaConnection kafka, int most, Consumer<AnsweredImage> listener, Consumer<String> erased) {
        this.most = most;
        this.listener = listener;
        this.erased = erased;
        this.thread = new TopicThread(kafka, Topics.ANSWERED, Map.of(), this::follow);
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

    private void follow(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        seek(consumer, partitions);
        List<CompletableFuture<@Nullable Void>> asked = new ArrayList<>();
        Map<TopicPartition, Long> ends = Map.of();
        while (!thread.isClosing()) {
            if (asked.isEmpty() && !waiting.isEmpty()) {
                takeAll(asked);
                ends = consumer.endOffsets(partitions);
            }
            consumer.poll(POLL).forEach(this::read);
            if (!asked.isEmpty() && TopicThread.hasReached(consumer, ends)) {
                asked.forEach(reached -> reached.complete(null));
                asked.clear();
            }
        }
    }

    /** Images are spread evenly over the partitions, by hashes of their ids. */
    private void seek(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
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

    private void read(ConsumerRecord<byte[], byte[]> found) {
        if (found.value() == null) {
            if (found.key() != null) {
                erased.accept(new String(found.key(), StandardCharsets.UTF_8));
            }
            return;
        }
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

    /** Stops reading; returns when the thread has come to its end. */
    @Override
    public void close() {
        thread.close();
    }
}
