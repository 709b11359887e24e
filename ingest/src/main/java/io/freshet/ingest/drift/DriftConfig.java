package io.freshet.ingest.drift;

import io.freshet.protocol.ModelVersion;
import java.time.Duration;
import java.util.Optional;

/**
 * When traffic counts as changed.
 *
 * @param reference images of a version's first traffic, which all later is compared with
 * @param window images that are compared with the reference at a time
 * @param level of the test of a window: how often one of unchanged traffic may seem to drift, over all statistics
 * @param consecutive windows that must drift, one after the other, to raise an alarm
 * @param rearm time from an alarm to the next of the same version, if it drifts still or again
 * @param models watched at a time; the one silent for longest makes way for a new one
 * @param versions of a model remembered; the one silent for longest makes way for a new one
 * @param model that a round is asked for when images drift that no model saw; absent for all that are watched
 */
public record DriftConfig(
        int reference,
        int window,
        double level,
        int consecutive,
        Duration rearm,
        int models,
        int versions,
        Optional<String> model) {

    /** Fewer observations show no drift at a level that is worth having. */
    private static final int FEWEST = 20;

    public DriftConfig {
        requireAtLeast(FEWEST, "reference", reference);
        requireAtLeast(FEWEST, "window", window);
        requireAtLeast(1, "consecutive", consecutive);
        requireAtLeast(1, "models", models);
        requireAtLeast(1, "versions", versions);
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("drift.level is a probability between 0 and 1, not " + level);
        }
        if (rearm.isNegative()) {
            throw new IllegalArgumentException("drift.rearm must not be negative: " + rearm);
        }
        model.ifPresent(ModelVersion::requireName);
    }

    /** One that names no model. */
    public DriftConfig(
            int reference, int window, double level, int consecutive, Duration rearm, int models, int versions) {
        this(reference, window, level, consecutive, rearm, models, versions, Optional.empty());
    }

    public static DriftConfig defaults() {
        return new DriftConfig(1_000, 300, .001, 2, Duration.ofHours(1), 16, 8);
    }

    private static void requireAtLeast(int least, String key, int value) {
        if (value < least) {
            throw new IllegalArgumentException("drift." + key + " must be at least " + least + ", not " + value);
        }
    }
}
