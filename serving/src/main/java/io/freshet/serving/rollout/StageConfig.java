package io.freshet.serving.rollout;

import java.time.Duration;

/**
 * What a stage asks for. It ends when the version has answered the images and the time has passed, or, where traffic is
 * thin, after the timeout; if nothing speaks against the version, the next stage begins.
 *
 * @param share of the requests, in 0 to 1; 0 leaves the stage out
 * @param images that the version must have answered
 * @param time that must have passed
 * @param timeout after which the stage ends with whatever was seen
 */
public record StageConfig(double share, int images, Duration time, Duration timeout) {

    public StageConfig {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("rollout: a share must lie in 0 to 1, not at " + share);
        }
        if (images < 1) {
            throw new IllegalArgumentException("rollout: images must be positive, not " + images);
        }
        if (time.isNegative() || timeout.compareTo(time) < 0) {
            throw new IllegalArgumentException(
                    "rollout: timeout must be no shorter than time, and these are " + timeout + " and " + time);
        }
    }

    public boolean skipped() {
        return share == 0;
    }
}
