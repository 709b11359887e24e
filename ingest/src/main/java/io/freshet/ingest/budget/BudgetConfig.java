package io.freshet.ingest.budget;

import java.time.Duration;

/**
 * How many images may go to be trained on, at most. Partitions have equal parts of all of these numbers.
 *
 * @param perSecond of all images, over any time but for {@code burst}
 * @param perDay of all images, from midnight to midnight UTC
 * @param burst what was not used is kept for so long, and may then come at once
 * @param sourceShare of the images that one source may have, over 0 and up to 1
 * @param classShare of the images that one predicted class may have, over 0 and up to 1
 * @param uniformShare of the choice, where there are too many, that is left to chance alone, over 0 and up to 1; the rest
 *     goes by what a model would learn from an image
 * @param sources that are told apart in a partition, and classes; all further ones are one together
 */
public record BudgetConfig(
        double perSecond,
        long perDay,
        Duration burst,
        double sourceShare,
        double classShare,
        double uniformShare,
        int sources) {

    public BudgetConfig {
        if (!(perSecond > 0 && Double.isFinite(perSecond))) {
            throw new IllegalArgumentException("budget.perSecond must be more than nothing, not " + perSecond);
        }
        if (perDay < 1) {
            throw new IllegalArgumentException("budget.perDay must be at least 1, not " + perDay);
        }
        if (burst.toMillis() < 1) {
            throw new IllegalArgumentException("budget.burst must be longer than nothing, not " + burst);
        }
        requireShare("sourceShare", sourceShare);
        requireShare("classShare", classShare);
        requireShare("uniformShare", uniformShare);
        if (sources < 1) {
            throw new IllegalArgumentException("budget.sources must be at least 1, not " + sources);
        }
    }

    /** 200 images a second and 5 million a day, half of them of one source or one class at most. */
    public static BudgetConfig defaults() {
        return new BudgetConfig(200, 5_000_000, Duration.ofSeconds(10), .5, .5, .5, 1_000);
    }

    private static void requireShare(String key, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("budget." + key + " is a share over 0 and up to 1, not " + share);
        }
    }
}
