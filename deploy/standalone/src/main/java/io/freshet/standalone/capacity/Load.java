package io.freshet.standalone.capacity;

import java.time.Duration;

/**
 * What comes in.
 *
 * @param perSecond images
 * @param bytes of an encoded image, on average
 * @param distinct share of the images that are no copies of earlier ones, over 0 and up to 1
 * @param kept images a second that come through, by the budget
 * @param retention for which {@code freshet.traffic} keeps all of it
 */
public record Load(double perSecond, double bytes, double distinct, double kept, Duration retention) {

    public Load {
        requirePositive("images a second", perSecond);
        requirePositive("bytes", bytes);
        if (!(distinct > 0 && distinct <= 1)) {
            throw new IllegalArgumentException("The share of distinct images is over 0 and up to 1, not " + distinct);
        }
        requirePositive("images kept a second", kept);
        requirePositive("days that traffic is kept", (double) retention.toMillis());
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("The " + what + " must be more than nothing, not " + value);
        }
    }
}
