package io.freshet.serving.batch;

/** What a network says of one image. Immutable; the arrays that go in belong to it, those that come out are its own. */
public final class ImageScores {

    private static final float SUM_TOLERANCE = 1e-3f;

    private final float[] probabilities;
    private final float[] embedding;

    /**
     * @param probabilities {@code [classes]}, not copied
     * @param embedding {@code [embedding size]}, not copied
     */
    public ImageScores(float[] probabilities, float[] embedding) {
        this.probabilities = probabilities;
        this.embedding = embedding;
    }

    /** {@code [classes]}, not to be changed. */
    public float[] probabilities() {
        return probabilities;
    }

    /** {@code [embedding size]}, not to be changed. */
    public float[] embedding() {
        return embedding;
    }

    /** The most probable class; of equals, the first. */
    public int label() {
        int best = 0;
        for (int label = 1; label < probabilities.length; label++) {
            if (probabilities[label] > probabilities[best]) {
                best = label;
            }
        }
        return best;
    }

    /** The probability of the most probable class. */
    public float confidence() {
        return probabilities[label()];
    }

    /** Whether all numbers are finite, and the probabilities lie in 0 to 1 and sum to 1. */
    public boolean isSound() {
        float sum = 0;
        for (float probability : probabilities) {
            if (!(probability >= 0 && probability <= 1 + SUM_TOLERANCE)) {
                return false; // and so for NaN
            }
            sum += probability;
        }
        for (float value : embedding) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return Math.abs(sum - 1) <= SUM_TOLERANCE;
    }
}
