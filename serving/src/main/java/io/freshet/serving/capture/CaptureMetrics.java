package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import io.micrometer.core.instrument.Counter;
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
    private final AtomicBoolean failing = new AtomicBoolean();

    CaptureMetrics(MeterRegistry registry) {
        for (CaptureOutcome outcome : CaptureOutcome.values()) {
            images.put(
                    outcome,
                    Counter.builder("freshet.serving.capture")
                            .description("Served images on their way to " + Topics.TRAFFIC
                                    + ": sent, dropped for want of room, answered before Kafka had them, or failed")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    void count(CaptureOutcome outcome) {
        Objects.requireNonNull(images.get(outcome)).increment();
        if (outcome == CaptureOutcome.SENT && failing.compareAndSet(true, false)) {
            LOG.info("Served images reach Kafka again");
        }
        if (outcome == CaptureOutcome.LATE && failing.compareAndSet(false, true)) {
            LOG.warn("Answers go out before Kafka has their images: it takes longer than they may wait");
        }
    }

    /** Says so once, until images arrive again. */
    void failing(Exception fault) {
        if (failing.compareAndSet(false, true)) {
            LOG.warn("Served images do not reach Kafka: {}", fault.toString());
        }
    }
}
