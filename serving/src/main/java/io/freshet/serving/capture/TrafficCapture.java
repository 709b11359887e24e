package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends served images to {@link Topics#TRAFFIC}, in one of the {@linkplain CaptureMode modes}. Kafka's client may block
 * its caller, so it is called on a thread of its own, which also makes the PNGs; requests only hand images over, and
 * never wait for room: the bytes that wait are bounded, and what goes beyond is dropped.
 *
 * <p>Thread safe. The caller closes it.
 */
public final class TrafficCapture implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrafficCapture.class);

    /** For so long, images wait for a broker that is away, as far as the buffer holds them. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** An image on its way; the outcome is complete when it has left the buffer. */
    private record Parcel(ServedPrediction served, int bytes, CompletableFuture<CaptureOutcome> outcome) {}

    private final CaptureConfig config;
    private final Producer<byte[], byte[]> producer;
    private final TrafficRecords records;
    private final CaptureMetrics metrics;
    private final Semaphore room;
    private final BlockingQueue<Optional<Parcel>> queue = new LinkedBlockingQueue<>();
    private final Thread sender =
            Thread.ofPlatform().name("freshet-capture").daemon().unstarted(this::run);

    private volatile boolean closed;

    /** @param producer closed with this capture */
    TrafficCapture(CaptureConfig config, Producer<byte[], byte[]> producer, MeterRegistry registry) {
        this.config = config;
        this.producer = producer;
        this.records = new TrafficRecords(new EmbeddingSketch(config.sketchSize()));
        this.metrics = new CaptureMetrics(registry);
        this.room = new Semaphore(config.bufferBytes());
        sender.start();
    }

    /** Begins to send to that Kafka; whether it answers shows with the first image. */
    public static TrafficCapture start(CaptureConfig config, KafkaConnection kafka, MeterRegistry registry) {
        Map<String, Object> own = Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "freshet-serving-capture",
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "none", // images are compressed
                ProducerConfig.LINGER_MS_CONFIG,
                Math.toIntExact(config.linger().toMillis()),
                ProducerConfig.BATCH_SIZE_CONFIG,
                256 << 10,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                (long) config.bufferBytes(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG, // blocks the sender's thread only
                PATIENCE.toMillis(),
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Math.toIntExact(PATIENCE.toMillis()),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Topics.MAX_RECORD_BYTES);
        return new TrafficCapture(
                config,
                new KafkaProducer<>(kafka.clientConfig(own), new ByteArraySerializer(), new ByteArraySerializer()),
                registry);
    }

    /**
     * Takes the images of one request.
     *
     * @return complete when the request may be answered; never fails
     */
    public CompletionStage<Void> capture(List<ServedPrediction> served) {
        CompletableFuture<?>[] outcomes = served.stream().map(this::send).toArray(CompletableFuture<?>[]::new);
        return config.mode() == CaptureMode.DURABLE
                ? CompletableFuture.allOf(outcomes)
                : CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<CaptureOutcome> send(ServedPrediction served) {
        CompletableFuture<CaptureOutcome> outcome = new CompletableFuture<>();
        CompletableFuture<CaptureOutcome> counted = config.mode() == CaptureMode.DURABLE
                ? outcome.copy()
                        .completeOnTimeout(CaptureOutcome.LATE, config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                : outcome;
        int bytes = TrafficRecords.size(served);
        if (closed || !room.tryAcquire(bytes)) {
            outcome.complete(CaptureOutcome.DROPPED);
        } else {
            queue.add(Optional.of(new Parcel(served, bytes, outcome)));
        }
        return counted.whenComplete((result, fault) -> metrics.count(result));
    }

    private void run() {
        try {
            for (Optional<Parcel> next = queue.take(); next.isPresent(); next = queue.take()) {
                hand(next.get());
            }
        } catch (InterruptedException e) {
            LOG.warn("Sending of traffic was interrupted");
        }
    }

    private void hand(Parcel parcel) {
        try {
            Future<?> unused = producer.send(
                    records.record(parcel.served()), (sent, fault) -> settle(parcel, Optional.ofNullable(fault)));
        } catch (RuntimeException e) {
            fail(parcel, e); // whatever an image runs into, the next must find the sender at work
        }
    }

    private void settle(Parcel parcel, Optional<Exception> fault) {
        fault.ifPresentOrElse(e -> fail(parcel, e), () -> finish(parcel, CaptureOutcome.SENT));
    }

    private void fail(Parcel parcel, Exception fault) {
        metrics.failing(fault);
        finish(parcel, CaptureOutcome.FAILED);
    }

    private void finish(Parcel parcel, CaptureOutcome outcome) {
        // Kafka's client may report one failure twice: by its callback, and by throwing.
        if (parcel.outcome().complete(outcome)) {
            room.release(parcel.bytes());
        }
    }

    /** Sends what was taken, as far as Kafka takes it in the capture's timeout. */
    @Override
    public void close() {
        closed = true;
        queue.add(Optional.empty());
        Duration timeout = config.timeout();
        try {
            sender.join(timeout.toMillis());
            producer.close(timeout);
            sender.join(); // a closed producer turns down what is left
        } catch (InterruptedException e) {
            producer.close(Duration.ZERO);
            Thread.currentThread().interrupt();
        }
    }
}
