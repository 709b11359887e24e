package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of traffic capture. Thread safe. */
final class CaptureMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(CaptureMetrics.class);

    private final Map<CaptureOutcome, Counter> images = new EnumMap<>(CaptureOutcome.class);
    private final Counter replayed;
    private final MeterRegistry registry;
    private final AtomicBoolean failing = new AtomicBoolean();

    CaptureMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.replayed = Counter.builder("freshet.serving.capture.replayed")
                .description("Served images that waited on disk and have been sent to " + Topics.TRAFFIC)
                .baseUnit("images")
                .register(registry);
        for (CaptureOutcome outcome : CaptureOutcome.values()) {
            images.put(
                    outcome,
                    Counter.builder("freshet.serving.capture")
                            .description("Served images on their way to " + Topics.TRAFFIC
                                    + ": sent, spooled to disk, dropped for want of room, answered before Kafka had"
                                    + " them, or failed; or left out by share, cap or source")
                            .baseUnit("images")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    void count(CaptureOutcome outcome) {
        Objects.requireNonNull(images.get(outcome)).increment();
        if (outcome == CaptureOutcome.SENT) {
            reaching();
        }
        if (outcome == CaptureOutcome.LATE && failing.compareAndSet(false, true)) {
            LOG.warn("Answers go out before Kafka has their images: it takes longer than they may wait");
        }
    }

    /** Counts images that have come from the spool to Kafka. */
    void replayed(int images) {
        replayed.increment(images);
        reaching();
    }

    /** Shows how much waits on disk. */
    void show(Spool spool) {
        Gauge.builder("freshet.serving.capture.spool", spool, Spool::bytes)
                .description("Served images that wait on disk for Kafka")
                .baseUnit("bytes")
                .register(registry);
    }

    private void reaching() {
        if (failing.compareAndSet(true, false)) {
            LOG.info("Served images reach Kafka again");
        }
    }

    /** Says so once, until images arrive again. */
    void failing(Exception fault) {
        if (failing.compareAndSet(false, true)) {
            LOG.warn("Served images do not reach Kafka: {}", fault.toString());
        }
    }
}
