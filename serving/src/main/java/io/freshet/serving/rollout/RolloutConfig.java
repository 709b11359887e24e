package io.freshet.serving.rollout;

import java.time.Duration;

/**
 * How a promoted version comes into full service. A version that is rolled back to, or pinned, or the first of its model
 * goes there directly.
 *
 * @param shadow before it answers anybody
 * @param canary before it answers all
 */
public record RolloutConfig(StageConfig shadow, StageConfig canary, RolloutCriteria criteria) {

    /** A quarter of the traffic shadowed for 50 images and a second, a tenth answered for 50 images and three seconds. */
    public static RolloutConfig defaults() {
        return new RolloutConfig(
                new StageConfig(.25, 50, Duration.ofSeconds(1), Duration.ofSeconds(20)),
                new StageConfig(.1, 50, Duration.ofSeconds(3), Duration.ofSeconds(30)),
                RolloutCriteria.defaults());
    }

    /** No stages: every version goes into full service at once. */
    public static RolloutConfig direct() {
        StageConfig none = new StageConfig(0, 1, Duration.ZERO, Duration.ZERO);
        return new RolloutConfig(none, none, RolloutCriteria.defaults());
    }

    /** What a stage asks for. */
    public StageConfig of(Stage stage) {
        return switch (stage) {
            case SHADOW -> shadow;
            case CANARY -> canary;
        };
    }

    /** Whether every version goes into full service at once. */
    public boolean skipsTrials() {
        return shadow.skipped() && canary.skipped();
    }
}
