package io.freshet.serving.capture;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Traffic that Kafka's client cannot bring to Kafka in its time is lost, and counted. */
final class DroppingDelivery implements Delivery {

    private static final Duration IDLE = Duration.ofMillis(100);

    private final TrafficProducer producer;
    private final CaptureMetrics metrics;

    DroppingDelivery(TrafficProducer producer, CaptureMetrics metrics) {
        this.producer = producer;
        this.metrics = metrics;
    }

    @Override
    public void deliver(ProducerRecord<byte[], byte[]> traffic, CompletableFuture<CaptureOutcome> outcome) {
        try {
            producer.send(traffic, (sent, fault) -> settle(outcome, fault));
        } catch (RuntimeException e) {
            settle(outcome, e); // whatever an image runs into, the next must find the sender at work
        }
    }

    /** Kafka's client may report one failure twice, by its callback and by throwing; the first word counts. */
    private void settle(CompletableFuture<CaptureOutcome> outcome, @Nullable Exception fault) {
        if (fault != null) {
            metrics.failing(fault);
        }
        outcome.complete(fault == null ? CaptureOutcome.SENT : CaptureOutcome.FAILED);
    }

    @Override
    public Duration step() {
        return IDLE;
    }

    @Override
    public void finish() {}
}
