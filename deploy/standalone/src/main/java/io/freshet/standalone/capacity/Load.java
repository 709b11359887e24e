package io.freshet.standalone.capacity;

/**
 * What comes in.
 *
 * @param perSecond images
 * @param bytes of an encoded image, on average
 * @param distinct share of the images that are no copies of earlier ones, over 0 and up to 1
 * @param kept images a second that come through, by the budget
 */
public record Load(double perSecond, double bytes, double distinct, double kept) {

    public Load {
        requirePositive("images a second", perSecond);
        requirePositive("bytes", bytes);
        if (!(distinct > 0 && distinct <= 1)) {
            throw new IllegalArgumentException("The share of distinct images is over 0 and up to 1, not " + distinct);
        }
        requirePositive("images kept a second", kept);
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException("The " + what + " must be more than nothing, not " + value);
        }
    }
}
