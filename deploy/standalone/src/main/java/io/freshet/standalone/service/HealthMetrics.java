package io.freshet.standalone.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;

/** What {@code /health/ready} says, for Prometheus. Thread safe; the caller closes it. */
final class HealthMetrics implements AutoCloseable {

    private final MeterRegistry registry;
    private final Gauge ready;

    HealthMetrics(MeterRegistry registry, BooleanSupplier ready) {
        this.registry = registry;
        this.ready = Gauge.builder("freshet.service.ready", () -> ready.getAsBoolean() ? 1 : 0)
                .description("1 while the service can do its work, 0 while it starts or has nothing to serve")
                .register(registry);
    }

    @Override
    public void close() {
        registry.remove(ready);
    }
}
