package io.freshet.trainer.labelling;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Topics;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.trainer.labelling.LabellerMetrics.Outcome;
import io.freshet.trainer.stream.RecordLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes chunks from Kafka, has them labelled, and writes their labels and that they are done in one transaction: whatever
 * ends a session in the middle, a reader of committed records sees the labels of a chunk that is done, and no others. The
 * group's generation fences a member that was shut out meanwhile. For one thread.
 */
final class LabellerSession {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String name;
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final ChunkLabelling labelling;
    private final RoundsOver rounds;
    private final LabellerMetrics metrics;

    /**
     * @param name for people
     * @param consumer hands over one task at a time; not closed by the session, nor is the producer
     */
    LabellerSession(
            String name,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            ChunkLabelling labelling,
            RoundsOver rounds,
            LabellerMetrics metrics) {
        this.name = name;
        this.consumer = consumer;
        this.producer = producer;
        this.labelling = labelling;
        this.rounds = rounds;
        this.metrics = metrics;
    }

    /**
     * Works until it is told to close.
     *
     * @throws TeacherUnavailableException if this process cannot have a teacher: the task is left to other members
     * @throws org.apache.kafka.common.KafkaException if the session cannot go on; another may
     */
    void run(BooleanSupplier closing) throws TeacherUnavailableException, InterruptedException {
        producer.initTransactions();
        consumer.subscribe(List.of(Topics.LABELLING_TASKS.topicName()));
        while (!closing.getAsBoolean()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                work(record);
            }
        }
    }

    private void work(ConsumerRecord<byte[], byte[]> record) throws TeacherUnavailableException, InterruptedException {
        Optional<LabellingTask> task = RecordLog.decode(Codecs.LABELLING_TASK, record);
        if (task.isPresent() && task.get() instanceof LabellingTask.Chunk chunk) {
            work(record, chunk);
        } else {
            commit(record, Optional.empty());
        }
    }

    private void work(ConsumerRecord<byte[], byte[]> record, LabellingTask.Chunk chunk)
            throws TeacherUnavailableException, InterruptedException {
        if (rounds.isLabelled(chunk.model(), chunk.roundId())) {
            commit(record, Optional.empty());
            metrics.done(Outcome.OVER, 0);
            return;
        }
        Optional<ChunkLabels> labels = labelling.label(chunk, name);
        commit(record, labels);
        metrics.done(
                labels.isPresent() ? Outcome.LABELLED : Outcome.LEFT,
                labels.map(ChunkLabels::images).orElse(0));
    }

    private void commit(ConsumerRecord<byte[], byte[]> record, Optional<ChunkLabels> labels) {
        producer.beginTransaction();
        labels.ifPresent(said -> {
            Future<?> unused = producer.send(
                    new ProducerRecord<>( // the commit fails if it does
                            Topics.LABELLING_LABELS.topicName(),
                            said.key().getBytes(StandardCharsets.UTF_8),
                            Codecs.CHUNK_LABELS.encode(said)));
        });
        producer.sendOffsetsToTransaction(
                Map.of(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1)),
                consumer.groupMetadata());
        producer.commitTransaction();
    }
}
