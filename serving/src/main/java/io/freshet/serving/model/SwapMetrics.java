package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters of model changes. Thread safe. */
final class SwapMetrics {

    private final MeterRegistry registry;
    private final Counter served;
    private final Counter refused;
    private final Counter failed;
    private final Counter withdrawn;
    private final Timer duration;
    private final AtomicInteger open = new AtomicInteger();

    SwapMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.served = swaps("served");
        this.refused = swaps("refused");
        this.failed = swaps("failed");
        this.withdrawn = swaps("withdrawn");
        this.duration = Timer.builder("freshet.serving.swap.duration")
                .description("From the moment a version's announcement was read until it was in service")
                .register(registry);
        Gauge.builder("freshet.serving.open", open, AtomicInteger::get)
                .description("Model versions loaded: in service, on trial, or draining")
                .baseUnit("models")
                .register(registry);
    }

    private Counter swaps(String outcome) {
        return Counter.builder("freshet.serving.swaps")
                .description("Announced versions that were put in service, refused, could not be fetched or loaded,"
                        + " or were withdrawn on trial")
                .baseUnit("swaps")
                .tag("outcome", outcome)
                .register(registry);
    }

    void opened() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    /** Shows which version of the model is in service; once a model. */
    void show(ServedModel model) {
        Gauge.builder("freshet.serving.model.version", model, SwapMetrics::version)
                .description("Number of the version in service; NaN for none")
                .baseUnit("version")
                .tag("model", model.name())
                .register(registry);
        Gauge.builder("freshet.serving.rollout.stage", model, SwapMetrics::stage)
                .description("Stage of the version on trial: 0 for none, 1 for shadow, 2 for canary")
                .baseUnit("stage")
                .tag("model", model.name())
                .register(registry);
    }

    private static double stage(ServedModel model) {
        return model.lineup()
                .candidate()
                .map(candidate -> switch (candidate.trial().stage()) {
                    case SHADOW -> 1.0;
                    case CANARY -> 2.0;
                })
                .orElse(0.0);
    }

    void served(Timer.Sample seen) {
        served.increment();
        seen.stop(duration);
    }

    private static double version(ServedModel model) {
        return model.descriptor()
                .map(ModelDescriptor::version)
                .map(Long::doubleValue)
                .orElse(Double.NaN);
    }

    void refused() {
        refused.increment();
    }

    void failed() {
        failed.increment();
    }

    void withdrawn() {
        withdrawn.increment();
    }
}
