package io.freshet.protocol.bundle;

/**
 * How far a model's answers may lie from those that it gave where it was made. Another precision moves a probability by
 * some hundredths; a wrong file, operation or order of classes by much more.
 *
 * @param maxDifference of one probability, in [0, 1]
 * @param maxChanged share of the images whose most probable class may be another, in [0, 1]: two may be equally probable
 */
public record GoldenTolerance(double maxDifference, double maxChanged) {

    public GoldenTolerance {
        if (!(maxDifference >= 0 && maxDifference <= 1) || !(maxChanged >= 0 && maxChanged <= 1)) {
            throw new IllegalArgumentException("golden.maxDifference and golden.maxChanged must lie in 0 to 1, not at "
                    + maxDifference + " and " + maxChanged);
        }
    }

    /** Twice what mixed precision was seen to do, and one image in ten. */
    public static GoldenTolerance defaults() {
        return new GoldenTolerance(.05, .1);
    }
}
