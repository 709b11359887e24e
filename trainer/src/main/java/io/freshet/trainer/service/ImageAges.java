package io.freshet.trainer.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How long images take from the moment at which they were taken into a model that goes into service. Holds the times of
 * one round's images. For one thread at a time.
 */
final class ImageAges {

    private final Clock clock;
    private final Timer ages;
    private final List<Instant> taken = new ArrayList<>();

    ImageAges(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        this.ages = Timer.builder("freshet.trainer.image.age")
                .description(
                        "From the moment at which an image of the traffic was taken until a model that learned from it"
                                + " was promoted")
                .serviceLevelObjectives(
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofHours(1),
                        Duration.ofHours(6),
                        Duration.ofDays(1),
                        Duration.ofDays(3),
                        Duration.ofDays(7),
                        Duration.ofDays(30))
                .register(registry);
    }

    /** A round's images come next. */
    void begin() {
        taken.clear();
    }

    void add(Instant takenAt) {
        taken.add(takenAt);
    }

    /** The model that learned from them is announced. */
    void promoted() {
        Instant now = clock.instant();
        taken.forEach(takenAt -> ages.record(Duration.between(takenAt, now)));
        taken.clear();
    }
}
