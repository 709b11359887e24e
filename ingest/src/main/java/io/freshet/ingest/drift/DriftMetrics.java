package io.freshet.ingest.drift;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicReference;

/** What the monitor counts and shows. Thread safe. */
final class DriftMetrics {

    private static final String DISTANCE = "freshet.ingest.drift.distance";
    private static final String PSI = "freshet.ingest.drift.psi";
    private static final String PIXELS = "freshet.ingest.drift.pixels.distance";

    private final Counter steady;
    private final Counter drifting;
    private final Counter alarms;
    private final AtomicReference<Double> distance = new AtomicReference<>(Double.NaN);
    private final AtomicReference<Double> psi = new AtomicReference<>(Double.NaN);
    private final AtomicReference<Double> pixels = new AtomicReference<>(Double.NaN);

    DriftMetrics(MeterRegistry registry) {
        steady = windows(registry, "steady");
        drifting = windows(registry, "drifting");
        alarms = Counter.builder("freshet.ingest.drift.alarms")
                .description("Alarms that drift has raised, each of which asks for a round of the models concerned")
                .baseUnit("alarms")
                .register(registry);
        show(
                registry,
                DISTANCE,
                distance,
                "Kolmogorov-Smirnov distance of the statistic that moved the furthest, 0 to 1, in the last window");
        show(registry, PSI, psi, "Population stability index of the predicted classes in the last window");
        show(
                registry,
                PIXELS,
                pixels,
                "Kolmogorov-Smirnov distance of the pixel statistic that moved the furthest, 0 to 1, in the last window"
                        + " of images that no model saw");
    }

    private static void show(MeterRegistry registry, String name, AtomicReference<Double> value, String description) {
        // A service that is started again in this process shows its own windows, not those of the one before.
        registry.find(name).meters().forEach(registry::remove);
        Gauge.builder(name, value, AtomicReference::get)
                .description(description)
                .baseUnit("ratio")
                .register(registry);
    }

    private static Counter windows(MeterRegistry registry, String result) {
        return Counter.builder("freshet.ingest.drift.windows")
                .description("Windows compared with the reference of their version")
                .baseUnit("windows")
                .tag("result", result)
                .register(registry);
    }

    void judged(Comparison comparison) {
        (comparison.isDrifting() ? drifting : steady).increment();
        switch (comparison.watched()) {
            case PREDICTIONS -> {
                distance.set(comparison.largestDistance());
                psi.set(comparison.classes().map(ClassShares::psi).orElse(Double.NaN));
            }
            case PIXELS -> pixels.set(comparison.largestDistance());
        }
    }

    void alarm() {
        alarms.increment();
    }
}
