package io.freshet.trainer.learning;

import java.util.Arrays;

/**
 * What a teacher says of unlabeled images: for each a distribution over classes, and whether it passed the filter.
 * Immutable; the arrays that go in belong to it.
 */
public final class PseudoLabels {

    private final int classes;
    private final float[] distributions;
    private final int[] kept;

    /**
     * @param distributions {@code [count, classes]}, row by row
     * @param kept the images that passed, ascending
     */
    public PseudoLabels(int classes, float[] distributions, int[] kept) {
        this.classes = classes;
        this.distributions = distributions;
        this.kept = kept;
    }

    public int classes() {
        return classes;
    }

    /** How many images were labelled, kept or not. */
    public int count() {
        return distributions.length / classes;
    }

    /** How many images passed the filter. */
    public int keptCount() {
        return kept.length;
    }

    /** The image in a place among the kept ones. */
    public int keptImage(int place) {
        return kept[place];
    }

    /** An image's probability of a class. */
    public float probability(int image, int label) {
        return distributions[image * classes + label];
    }

    /** An image's most probable class. */
    public int label(int image) {
        int best = 0;
        for (int label = 1; label < classes; label++) {
            if (probability(image, label) > probability(image, best)) {
                best = label;
            }
        }
        return best;
    }

    /** How many of the kept images each class has. */
    public int[] keptByClass() {
        int[] counts = new int[classes];
        for (int image : kept) {
            counts[label(image)]++;
        }
        return counts;
    }

    /** The mean over all images of the most probable class's probability; 0 if there are none. */
    public double meanConfidence() {
        double sum = 0;
        for (int image = 0; image < count(); image++) {
            sum += probability(image, label(image));
        }
        return count() == 0 ? 0 : sum / count();
    }

    /** {@code [count, classes]}, a copy. */
    public float[] distributions() {
        return distributions.clone();
    }

    /** The images that passed, a copy. */
    public int[] kept() {
        return kept.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PseudoLabels labels
                && classes == labels.classes
                && Arrays.equals(distributions, labels.distributions)
                && Arrays.equals(kept, labels.kept);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(distributions);
    }
}
