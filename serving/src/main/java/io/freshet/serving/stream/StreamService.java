package io.freshet.serving.stream;

import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.predict.Predictor;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers images from one topic on another, on a thread of its own, in one {@link StreamSession} after another: what
 * ends in a fault begins again from what was committed. The replicas share the partitions. The caller closes it, before
 * the predictor.
 */
public final class StreamService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamService.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** For so long, the answers of a replica that was killed in the middle of a transaction hold up their readers. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);

    /** For so long, a session waits for Kafka, and so may a close. */
    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(10);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final StreamConfig config;
    private final String defaultSource;
    private final KafkaConnection kafka;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Answering answering;
    private final StreamMetrics metrics;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private final Thread thread =
            Thread.ofPlatform().name("freshet-stream").daemon().unstarted(this::run);

    /** @param producers each transactional, and closed by this service */
    StreamService(
            StreamConfig config,
            String defaultSource,
            KafkaConnection kafka,
            Supplier<Producer<byte[], byte[]>> producers,
            Answering answering,
            MeterRegistry registry) {
        this.config = config;
        this.defaultSource = defaultSource;
        this.kafka = kafka;
        this.producers = producers;
        this.answering = answering;
        this.metrics = new StreamMetrics(registry);
        thread.start();
    }

    /**
     * Begins to answer.
     *
     * @param defaultSource CloudEvents source of images that name none
     * @param executor decodes images
     */
    public static StreamService start(
            StreamConfig config,
            String defaultSource,
            KafkaConnection kafka,
            ModelManager models,
            Predictor predictor,
            Executor executor,
            MeterRegistry registry) {
        return new StreamService(
                config,
                defaultSource,
                kafka,
                () -> new KafkaProducer<>(
                        producerConfig(config, kafka), new ByteArraySerializer(), new ByteArraySerializer()),
                new PredictorAnswering(config.model(), models, predictor, executor),
                registry);
    }

    /** Each with an id of its own: the group's generation fences a member that was shut out, not the producer's. */
    static Map<String, Object> producerConfig(StreamConfig config, KafkaConnection kafka) {
        return kafka.clientConfig(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "freshet-serving-stream",
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                config.group() + "-" + UUID.randomUUID(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                LONGEST_BLOCK.toMillis(),
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Math.toIntExact(TRANSACTION_TIMEOUT.toMillis())));
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                kafka.clientConfig(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "freshet-serving-stream",
                        ConsumerConfig.GROUP_ID_CONFIG,
                        config.group(),
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        CooperativeStickyAssignor.class.getName(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        config.maxImages(),
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        Topics.MAX_RECORD_BYTES)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private void run() {
        LOG.info("Images from {} are answered on {}", config.requests(), config.responses());
        while (!isClosing()) {
            try {
                session();
            } catch (KafkaException | IllegalStateException e) {
                if (!isClosing()) {
                    metrics.restarted();
                    LOG.warn("Answering {} begins again from what was committed", config.requests(), e);
                    pause();
                }
            } catch (InterruptedException e) {
                LOG.warn("Answering {} was interrupted", config.requests());
                return;
            }
        }
    }

    private void session() throws InterruptedException {
        Producer<byte[], byte[]> producer = producers.get();
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            current = consumer;
            new StreamSession(config, defaultSource, consumer, producer, answering, metrics).run(this::isClosing);
        } finally {
            producer.close(CLOSE_TIMEOUT);
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause() {
        try {
            closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves what is in work to another replica, or the next start; returns when the thread has come to its end. */
    @Override
    public void close() {
        closing.countDown();
        Consumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
