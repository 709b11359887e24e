package io.freshet.trainer.stream;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.kafka.KafkaRefusedException;
import io.freshet.protocol.round.RoundMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a model's rounds to {@link Topics#ROUNDS}, and its announcements to {@link Topics#MODELS}, each step in a
 * transaction of its own.
 *
 * <p>The transactional id is the model's, so the trainer that opens the journal last is the only one that can write to
 * it: Kafka fences every other. For one thread at a time; the caller closes it.
 */
public final class RoundJournal implements AutoCloseable {

    private final String model;
    private final KafkaProducer<byte[], byte[]> producer;

    private RoundJournal(String model, KafkaProducer<byte[], byte[]> producer) {
        this.model = model;
        this.producer = producer;
    }

    /**
     * Opens the journal of a model, and shuts out every trainer that has it open.
     *
     * @throws KafkaRefusedException if this user may not write under the model's transactional id
     */
    public static RoundJournal open(KafkaConnection connection, String model) {
        String id = "freshet-trainer-" + model;
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connection.clientConfig(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        id,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        15_000,
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "freshet-trainer-journal")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            producer.initTransactions();
            return new RoundJournal(model, producer);
        } catch (TransactionalIdAuthorizationException e) {
            producer.close();
            throw new KafkaRefusedException(
                    "The Kafka user of the trainer lacks a right (ACL): Write on the transactional id " + id, e);
        } catch (RuntimeException e) {
            producer.close();
            throw e;
        }
    }

    /**
     * Writes an event.
     *
     * @throws FencedException if another trainer has opened the journal since
     * @throws KafkaException if Kafka does not take it
     */
    public void write(RoundMessage.Event event) {
        commit(List.of(round(event)));
    }

    /** Writes an event and the announcement that goes with it, both or neither; throws as {@link #write} does. */
    public void write(RoundMessage.Event event, ModelAnnouncement announcement) {
        commit(List.of(
                round(event),
                new ProducerRecord<>(
                        Topics.MODELS.topicName(), key(), Codecs.MODEL_ANNOUNCEMENT.encode(announcement))));
    }

    private ProducerRecord<byte[], byte[]> round(RoundMessage event) {
        return new ProducerRecord<>(Topics.ROUNDS.topicName(), key(), Codecs.ROUND_MESSAGE.encode(event));
    }

    private byte[] key() {
        return model.getBytes(StandardCharsets.UTF_8);
    }

    private void commit(List<ProducerRecord<byte[], byte[]>> records) {
        try {
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                var unused = producer.send(record); // the commit waits for it, and fails if it does
            }
            producer.commitTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new FencedException(model, e);
        } catch (KafkaException e) {
            producer.abortTransaction();
            throw e;
        }
    }

    @Override
    public void close() {
        producer.close();
    }

    /** Another trainer has taken over the model's rounds. */
    public static final class FencedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        FencedException(String model, Throwable cause) {
            super("Another trainer has taken over the rounds of model '" + model + "'", cause);
        }
    }
}
