package io.freshet.ingest.accuracy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** Shows the accuracy of each version, with its interval. Thread safe. */
final class AccuracyMetrics {

    /** Of a version: what it is now, and the meters that show it. */
    private static final class Shown {

        private volatile Outcomes outcomes;
        private final List<Meter> meters;

        Shown(MeterRegistry registry, String version, Outcomes outcomes) {
            this.outcomes = outcomes;
            int slash = version.indexOf('/'); // a model's name has none
            Tags tags = Tags.of("model", version.substring(0, slash), "version", version.substring(slash + 1));
            this.meters = List.of(
                    gauge(
                            registry,
                            tags,
                            "accuracy",
                            "ratio",
                            "Share of audit images that were answered rightly",
                            o -> o.accuracy()),
                    gauge(
                            registry,
                            tags,
                            "accuracy.lower",
                            "ratio",
                            "Lower end of the accuracy's 95% interval",
                            o -> o.interval().getLowerBound()),
                    gauge(
                            registry,
                            tags,
                            "accuracy.upper",
                            "ratio",
                            "Upper end of the accuracy's 95% interval",
                            o -> o.interval().getUpperBound()),
                    gauge(
                            registry,
                            tags,
                            "accuracy.labels",
                            "labels",
                            "Labels that the accuracy is of",
                            Outcomes::judged));
        }

        private Gauge gauge(
                MeterRegistry registry,
                Tags tags,
                String name,
                String unit,
                String description,
                ToDoubleFunction<Outcomes> value) {
            return Gauge.builder("freshet.live." + name, this, shown -> value.applyAsDouble(shown.outcomes))
                    .description(description)
                    .baseUnit(unit)
                    .tags(tags)
                    .register(registry);
        }
    }

    private final MeterRegistry registry;
    private final Map<String, Shown> versions = new ConcurrentHashMap<>();

    AccuracyMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void show(String version, Outcomes outcomes) {
        versions.computeIfAbsent(version, v -> new Shown(registry, v, outcomes)).outcomes = outcomes;
    }

    void hide(String version) {
        Shown shown = versions.remove(version);
        if (shown != null) {
            shown.meters.forEach(registry::remove);
        }
    }

    void hideAll() {
        List.copyOf(versions.keySet()).forEach(this::hide);
    }
}
