package io.freshet.standalone.demo;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.Label;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.trainer.stream.TopicReader;
import io.freshet.trainer.stream.TopicTail;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people who label the audit sample, played by the data set: they answer each request on {@code
 * freshet.label-requests}, and note whether the prediction that was served was right. Thread safe; the caller closes it.
 */
final class People implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(People.class);
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final KafkaConnection connection;
    private final Scenes scenes;
    private final Map<Integer, Verdict> verdicts = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::answer, "demo-people");

    /**
     * Whether a prediction that was served was right.
     *
     * @param version of the model that made it
     * @param degraded whether the camera was worn
     */
    record Verdict(Instant observedAt, long version, boolean degraded, boolean right) {}

    People(KafkaConnection connection, Scenes scenes) {
        this.connection = connection;
        this.scenes = scenes;
    }

    void start() {
        thread.start();
    }

    /** The verdicts so far. */
    List<Verdict> verdicts() {
        synchronized (verdicts) {
            return List.copyOf(verdicts.values());
        }
    }

    private void answer() {
        try (TopicReader reader = new TopicReader(connection, "demo-people");
                KafkaProducer<String, byte[]> producer = connection.textKeyedProducer()) {
            TopicTail requests = TopicTail.fromBeginning(reader, Topics.LABEL_REQUESTS);
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    requests.read(record -> answer(record, producer));
                } catch (KafkaException e) {
                    LOG.warn("Kafka is away: {}", e.toString());
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            LOG.debug("The people go home");
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record, KafkaProducer<String, byte[]> producer) {
        if (record.value() == null) {
            return; // erased
        }
        LabelRequest request = Codecs.LABEL_REQUEST.decode(record.value());
        int index = Scenes.index(request.eventId());
        String truth = scenes.truth(index);
        Label label = new Label(request.id(), truth, "demo", Instant.now());
        var unused = producer.send(
                new ProducerRecord<>(Topics.LABELS.topicName(), label.id().hex(), Codecs.LABEL.encode(label)));
        request.prediction().ifPresent(prediction -> {
            synchronized (verdicts) {
                verdicts.putIfAbsent(
                        index, // a reading that Kafka has broken off begins again
                        new Verdict(
                                request.observedAt(),
                                prediction.model().version(),
                                scenes.isDegraded(index),
                                prediction.label().equals(truth)));
            }
        });
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
