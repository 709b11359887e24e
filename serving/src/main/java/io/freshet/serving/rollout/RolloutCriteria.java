package io.freshet.serving.rollout;

import java.time.Duration;

/**
 * What speaks against a version on trial. Students answer otherwise than what they replace, and after a change of the
 * traffic much so; that is why agreement is bound loosely, and a collapse to one class tightly.
 *
 * @param maxFailures share of the version's requests that may fail, once {@value RolloutPolicy#FEW_FAILURES} have
 * @param maxSlowdown median time of an answer, over that of the version in service
 * @param slowdownFloor that the median may be longer in any case
 * @param minAgreement share of shadowed images in whose class the two agree
 * @param lowConfidence below which an answer counts as unsure
 * @param maxUnsureGrowth of the share of unsure answers, over that of the version in service
 * @param maxTopClass share of the class that the version answers most often, unless the version in service does too
 * @param canaryTimeout after which a request to the canary is answered by the version in service, and counts as failed
 */
public record RolloutCriteria(
        double maxFailures,
        double maxSlowdown,
        Duration slowdownFloor,
        double minAgreement,
        double lowConfidence,
        double maxUnsureGrowth,
        double maxTopClass,
        Duration canaryTimeout) {

    public RolloutCriteria {
        requireShare("maxFailures", maxFailures);
        requireShare("minAgreement", minAgreement);
        requireShare("lowConfidence", lowConfidence);
        requireShare("maxUnsureGrowth", maxUnsureGrowth);
        requireShare("maxTopClass", maxTopClass);
        if (!(maxSlowdown >= 1)) {
            throw new IllegalArgumentException("rollout.criteria.maxSlowdown must be 1 or more, not " + maxSlowdown);
        }
        if (slowdownFloor.isNegative()) {
            throw new IllegalArgumentException("rollout.criteria.slowdownFloor must not be negative: " + slowdownFloor);
        }
        if (!canaryTimeout.isPositive()) {
            throw new IllegalArgumentException("rollout.criteria.canaryTimeout must be positive, not " + canaryTimeout);
        }
    }

    private static void requireShare(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("rollout.criteria." + key + " must lie in 0 to 1, not at " + value);
        }
    }

    /** One failure in a hundred, twice the time and 10 ms, a fifth agreed upon, .3 more unsure, .95 in one class. */
    public static RolloutCriteria defaults() {
        return new RolloutCriteria(.01, 2, Duration.ofMillis(10), .2, .5, .3, .95, Duration.ofSeconds(2));
    }
}
