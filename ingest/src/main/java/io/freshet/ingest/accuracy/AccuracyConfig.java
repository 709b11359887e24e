package io.freshet.ingest.accuracy;

import java.time.Duration;

/**
 * How the accuracy of the versions in service is reckoned.
 *
 * @param patience how long after an image of the audit sample came its label still counts; so long its prediction is kept,
 *     at some 100 bytes
 * @param labels that it is the share of, the latest of a version
 * @param versions of which it is known, of all models; the one that was judged the longest ago makes way for a new one
 */
public record AccuracyConfig(Duration patience, int labels, int versions) {

    private static final int MOST_LABELS = 100_000;

    public AccuracyConfig {
        if (patience.toMillis() < 1) {
            throw new IllegalArgumentException("accuracy.patience must be longer than nothing, not " + patience);
        }
        if (labels < 1 || labels > MOST_LABELS) {
            throw new IllegalArgumentException(
                    "accuracy.labels must be at least 1, and at most " + MOST_LABELS + ", not " + labels);
        }
        if (versions < 1) {
            throw new IllegalArgumentException("accuracy.versions must be at least 1, not " + versions);
        }
    }

    /** Thirty days, as long as label requests are kept, and the last 500 labels of each of 16 versions. */
    public static AccuracyConfig defaults() {
        return new AccuracyConfig(Duration.ofDays(30), 500, 16);
    }
}
