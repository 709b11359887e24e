package io.freshet.serving.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads images, has them answered, and writes the answers and the offsets of the images in one transaction: whatever
 * ends a session in the middle, a reader of committed records sees each answer once.
 *
 * <p>The images of one poll are in work together. Meanwhile the partitions are paused, and images of partitions that go
 * to another member of the group are left to that one. For one thread.
 */
final class StreamSession {

    private static final Duration POLL = Duration.ofMillis(200);

    /** How often a group that rebalances is listened to while images are in work. */
    private static final Duration TURN = Duration.ofMillis(500);

    /** An image and its answer to come. */
    private record Work(ConsumerRecord<byte[], byte[]> request, CompletableFuture<StreamResponse> response) {

        TopicPartition partition() {
            return new TopicPartition(request.topic(), request.partition());
        }
    }

    private final StreamConfig config;
    private final String defaultSource;
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Answering answering;
    private final StreamMetrics metrics;

    /** In the order of each partition. */
    private final List<Work> works = new ArrayList<>();

    /** @param consumer and the producer not closed by the session */
    StreamSession(
            StreamConfig config,
            String defaultSource,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            Answering answering,
            StreamMetrics metrics) {
        this.config = config;
        this.defaultSource = defaultSource;
        this.consumer = consumer;
        this.producer = producer;
        this.answering = answering;
        this.metrics = metrics;
    }

    /**
     * Works until it is told to close, and then leaves what is in work to the next session.
     *
     * @throws org.apache.kafka.common.KafkaException if the session cannot go on; another may
     */
    void run(BooleanSupplier closing) throws InterruptedException {
        producer.initTransactions();
        consumer.subscribe(List.of(config.requests()), new Rebalances());
        while (!closing.getAsBoolean()) {
            ConsumerRecords<byte[], byte[]> found = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> request : found) {
                StreamRequest read = StreamRequest.of(request, defaultSource);
                works.add(new Work(request, answering.answer(read).toCompletableFuture()));
            }
            if (!works.isEmpty()) {
                awaitAnswers(closing);
            }
            if (!works.isEmpty() && !closing.getAsBoolean()) {
                commit();
            }
            works.clear();
        }
    }

    /** A poll of paused partitions brings no records, and keeps the member in its group. */
    private void awaitAnswers(BooleanSupplier closing) throws InterruptedException {
        consumer.pause(consumer.assignment());
        while (!closing.getAsBoolean() && !areDone(TURN)) {
            ConsumerRecords<byte[], byte[]> none = consumer.poll(Duration.ZERO);
            if (!none.isEmpty()) {
                throw new IllegalStateException("Paused partitions brought " + none.count() + " records");
            }
        }
        consumer.resume(consumer.assignment());
    }

    private boolean areDone(Duration timeout) throws InterruptedException {
        CompletableFuture<?>[] responses = works.stream().map(Work::response).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(responses).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("An answer failed, and it should say so instead", e);
        }
    }

    private void commit() {
        int partitions = producer.partitionsFor(config.responses()).size();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        producer.beginTransaction();
        for (Work work : works) {
            Future<?> unused = // the commit fails if a record does
                    producer.send(work.response().join().to(work.request(), config.responses(), partitions));
            offsets.put(work.partition(), new OffsetAndMetadata(work.request().offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
        works.forEach(work -> metrics.answered(work.response().join()));
    }

    /** Called within a poll. */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!works.isEmpty()) {
                consumer.pause(partitions); // until what is in work is done
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            works.removeIf(work -> partitions.contains(work.partition()));
        }
    }
}
