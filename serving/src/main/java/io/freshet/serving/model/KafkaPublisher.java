package io.freshet.serving.model;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to {@link Topics#MODELS}, on a thread of its own, since Kafka's client may block its caller. The client is made
 * with the first announcement: most replicas never have one. The caller closes it.
 */
public final class KafkaPublisher implements AnnouncementPublisher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaConnection kafka;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("freshet-publisher").daemon().factory());

    public KafkaPublisher(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    @Override
    public void publish(ModelAnnouncement announcement) {
        Future<?> unused = thread.submit(() -> send(announcement));
    }

    private void send(ModelAnnouncement announcement) {
        Map<String, Object> config = kafka.clientConfig(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG, "freshet-serving-models",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            Future<?> unused = producer.send(
                    new ProducerRecord<>(
                            Topics.MODELS.topicName(),
                            announcement.model().model().getBytes(StandardCharsets.UTF_8),
                            Codecs.MODEL_ANNOUNCEMENT.encode(announcement)),
                    (sent, fault) -> {
                        if (fault != null) {
                            LOG.error("{} could not be announced to the other replicas", announcement.model(), fault);
                        }
                    });
        } catch (KafkaException e) {
            LOG.error("{} could not be announced to the other replicas", announcement.model(), e);
        }
    }

    /** Sends what is under way, as far as Kafka takes it at once. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
