package io.freshet.trainer.service;

import java.time.Duration;
import java.util.Optional;

/**
 * What begins a round, besides the first model's and a request by hand, which always do. Images are counted by their
 * offsets, without reading them: beside the images these count a marker for each of ingest's transactions, at most two a
 * second in a partition.
 *
 * @param schedule time since the last round ended; empty for no schedule
 * @param images new images since the last round's snapshot; empty for no such trigger
 * @param drift whether a drift alarm does
 * @param minImages images that a round learns from at the least; one that drift or a schedule begins waits for them
 * @param maxImages images that a round learns from at the most, the latest
 */
public record TriggerConfig(
        Optional<Duration> schedule, Optional<Long> images, boolean drift, long minImages, long maxImages) {

    public TriggerConfig {
        if (minImages < 1 || maxImages < minImages) {
            throw new IllegalArgumentException("A round learns from at least minImages (1 or more) and at most"
                    + " maxImages, not from " + minImages + " to " + maxImages);
        }
        if (schedule.filter(time -> !time.isPositive()).isPresent()) {
            throw new IllegalArgumentException("The time between rounds must be positive, not " + schedule.get());
        }
        if (images.filter(number -> number < 1).isPresent()) {
            throw new IllegalArgumentException("The number of new images must be positive, not " + images.get());
        }
    }

    /** Every night, and on drift. */
    public static TriggerConfig defaults() {
        return new TriggerConfig(Optional.of(Duration.ofDays(1)), Optional.empty(), true, 1_000, 50_000);
    }
}
