package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import io.freshet.protocol.claim.ClaimCheck;
import io.freshet.protocol.claim.ImageStores;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends served images to {@link Topics#TRAFFIC}, in one of the {@linkplain CaptureMode modes}. Kafka's client may block
 * its caller, so it is called on a thread of its own, which also makes the PNGs, puts large images into their store, and keeps the spool; requests only hand
 * images over, and never wait for room: the bytes that wait are bounded, and what goes beyond is dropped. What a shadow
 * says of an image goes with it if it comes in time; where an answer waits for Kafka, it does not wait for a shadow too.
 *
 * <p>Thread safe. The caller closes it.
 */
public final class TrafficCapture implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TrafficCapture.class);

    /** For so long, an image waits for what a shadow says of it, where no answer waits for the image. */
    private static final Duration SHADOW_PATIENCE = Duration.ofMillis(500);

    /** An image on its way; the outcome is complete when it has left the buffer. */
    private record Parcel(ServedPrediction served, CompletableFuture<CaptureOutcome> outcome) {}

    private final CaptureConfig config;
    private final Producer<byte[], byte[]> producer;
    private final TrafficRecords records;
    private final CaptureMetrics metrics;
    private final CaptureSelection selection;
    private final Delivery delivery;
    private final Tracing tracing;
    private final Semaphore room;
    private final BlockingQueue<Parcel> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger unhanded = new AtomicInteger(); // those in the queue, and those that wait for a shadow
    private final Thread sender =
            Thread.ofPlatform().name("freshet-capture").daemon().unstarted(this::run);

    private volatile boolean closed;

    /**
     * @param claimCheck makes the records
     * @param producer closed with this capture
     * @param sent told, on the capture's thread, of each record that begins its way to Kafka
     * @throws IOException if the spool cannot be opened
     */
    TrafficCapture(
            CaptureConfig config,
            ClaimCheck claimCheck,
            Producer<byte[], byte[]> producer,
            Consumer<ProducerRecord<byte[], byte[]>> sent,
            MeterRegistry registry,
            Tracing tracing)
            throws IOException {
        this.config = config;
        this.tracing = tracing;
        this.producer = producer;
        this.records = new TrafficRecords(new EmbeddingSketch(config.sketchSize()), claimCheck);
        this.metrics = new CaptureMetrics(registry);
        this.selection =
                new CaptureSelection(config.share(), config.excludedSources(), config.maxPerSecond(), System::nanoTime);
        this.room = new Semaphore(config.bufferBytes());
        TrafficProducer traffic = new TrafficProducer(producer, sent);
        this.delivery = switch (config.whenAway()) {
            case DROP -> new DroppingDelivery(traffic, metrics);
            case SPOOL ->
                new SpoolingDelivery(traffic, Spool.open(config.spoolDirectory(), config.spoolBytes()), metrics);
        };
        sender.start();
    }

    /**
     * Begins to send to that Kafka; whether it answers shows with the first image.
     *
     * @param stores opens the image store that the configuration names
     * @param sent told, on the capture's thread, of each record that begins its way to Kafka
     * @throws IOException if the spool cannot be opened, or another process has it open
     */
    public static TrafficCapture start(
            CaptureConfig config,
            ImageStores stores,
            KafkaConnection kafka,
            Consumer<ProducerRecord<byte[], byte[]>> sent,
            MeterRegistry registry,
            Tracing tracing)
            throws IOException {
        ClaimCheck claimCheck = config.images().claimCheck(stores);
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.clientConfig(ProducerSettings.of(config)), new ByteArraySerializer(), new ByteArraySerializer());
        try {
            return new TrafficCapture(config, claimCheck, producer, sent, registry, tracing);
        } catch (IOException | RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Takes the images of one request.
     *
     * @return complete when the request may be answered; never fails
     */
    public CompletionStage<Void> capture(String requestId, List<ServedPrediction> served) {
        CompletableFuture<?>[] outcomes =
                served.stream().map(image -> capture(requestId, image)).toArray(CompletableFuture<?>[]::new);
        return config.mode() == CaptureMode.DURABLE
                ? CompletableFuture.allOf(outcomes)
                : CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<CaptureOutcome> capture(String requestId, ServedPrediction served) {
        Optional<CaptureOutcome> leftOut = selection
                .leftOut(requestId, served.source())
                .or(() -> selection.isWithinCap() ? Optional.empty() : Optional.of(CaptureOutcome.CAPPED));
        CompletableFuture<CaptureOutcome> counted =
                leftOut.map(CompletableFuture::completedFuture).orElseGet(() -> send(served));
        return counted.whenComplete((result, fault) -> metrics.count(result));
    }

    private CompletableFuture<CaptureOutcome> send(ServedPrediction served) {
        CompletableFuture<CaptureOutcome> outcome = new CompletableFuture<>();
        int bytes = TrafficRecords.size(served);
        if (closed || !room.tryAcquire(bytes)) {
            outcome.complete(CaptureOutcome.DROPPED);
            return outcome;
        }
        CompletableFuture<CaptureOutcome> settled = outcome.whenComplete((result, fault) -> room.release(bytes));
        unhanded.incrementAndGet();
        Parcel parcel = new Parcel(served, outcome);
        if (config.mode() == CaptureMode.DURABLE || served.shadow().isDone()) {
            queue.add(parcel);
        } else {
            var unused = served.shadow()
                    .copy() // which time may complete, as it may not the shadow's own
                    .completeOnTimeout(Optional.empty(), SHADOW_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((said, fault) -> queue.add(parcel));
        }
        return config.mode() == CaptureMode.DURABLE
                ? settled.copy()
                        .completeOnTimeout(CaptureOutcome.LATE, config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                : settled;
    }

    private void run() {
        try {
            while (!(closed && unhanded.get() == 0)) {
                Parcel next = queue.poll(delivery.step().toNanos(), TimeUnit.NANOSECONDS);
                if (next != null) {
                    hand(next);
                    unhanded.decrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("Sending of traffic was interrupted");
        }
    }

    private void hand(Parcel parcel) throws InterruptedException {
        try {
            ProducerRecord<byte[], byte[]> record = records.record(parcel.served());
            if (Tracing.isOfTrace(parcel.served().span())) {
                trace(parcel, record);
            }
            delivery.deliver(record, parcel.outcome());
        } catch (IOException | RuntimeException e) {
            metrics.failing(e); // whatever an image runs into, the next must find the sender at work
            parcel.outcome().complete(CaptureOutcome.FAILED);
        }
    }

    /** The record's span ends when Kafka has it, or it is lost. */
    private void trace(Parcel parcel, ProducerRecord<byte[], byte[]> record) {
        Span sending = tracing.childOf(parcel.served().span())
                .name("send " + record.topic())
                .kind(Span.Kind.PRODUCER)
                .start();
        tracing.writeEvent(sending, record.headers());
        var unused = parcel.outcome().thenAccept(outcome -> {
            sending.tag("freshet.outcome", outcome.name().toLowerCase(Locale.ROOT));
            sending.end();
        });
    }

    /** Sends what was taken, as far as Kafka takes it in the capture's timeout; spools the rest, where that is wanted. */
    @Override
    public void close() {
        closed = true;
        Duration timeout = config.timeout();
        try {
            sender.join(timeout.toMillis());
            producer.close(timeout);
            sender.join(); // a closed producer turns down what is left
            delivery.finish();
        } catch (InterruptedException e) {
            producer.close(Duration.ZERO);
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("The spool of served images did not close in good order: {}", e.toString());
        }
    }
}
