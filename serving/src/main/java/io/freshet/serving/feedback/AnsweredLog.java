package io.freshet.serving.feedback;

import io.freshet.protocol.AnsweredImage;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.kafka.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in {@link Topics#ANSWERED} which image a captured answer was on. A note that does not get through costs the label
 * that might have come, and nothing else: while Kafka does not take notes, none are written for some seconds, so that the
 * caller is not held up by each. For one thread at a time. The caller closes it.
 */
public final class AnsweredLog implements Consumer<ProducerRecord<byte[], byte[]>>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AnsweredLog.class);
    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofSeconds(20);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<String, byte[]> producer;
    private volatile long restsUntil = System.nanoTime();

    /** @param producer closed with this log */
    AnsweredLog(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    public static AnsweredLog open(KafkaConnection kafka) {
        return new AnsweredLog(new KafkaProducer<>(
                kafka.clientConfig(Map.of(
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "freshet-serving-answered",
                        ProducerConfig.LINGER_MS_CONFIG,
                        2,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        LONGEST_BLOCK.toMillis())),
                new StringSerializer(),
                new ByteArraySerializer()));
    }

    /** Notes a record of {@link Topics#TRAFFIC}, as serving writes it. */
    @Override
    public void accept(ProducerRecord<byte[], byte[]> traffic) {
        if (System.nanoTime() - restsUntil < 0) {
            return;
        }
        TrafficImage image = TrafficImage.read(new EncodedImage(traffic.value()), traffic.headers(), Instant.EPOCH);
        Optional<Prediction> prediction = image.prediction();
        if (prediction.isEmpty()) {
            return;
        }
        AnsweredImage answered = new AnsweredImage(
                image.eventId(),
                new ImageId(new String(traffic.key(), StandardCharsets.US_ASCII)),
                prediction.get().model().model(),
                image.time());
        try {
            Future<?> unused = producer.send(
                    new ProducerRecord<>(
                            Topics.ANSWERED.topicName(), answered.eventId(), Codecs.ANSWERED_IMAGE.encode(answered)),
                    (sent, fault) -> {
                        if (fault != null) {
                            rest(fault);
                        }
                    });
        } catch (RuntimeException e) {
            rest(e);
        }
    }

    private void rest(Exception fault) {
        if (System.nanoTime() - restsUntil >= 0) {
            restsUntil = System.nanoTime() + REST.toNanos();
            LOG.warn(
                    "For some answers no labels can come, {} does not get their notes: {}",
                    Topics.ANSWERED,
                    fault.toString());
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
