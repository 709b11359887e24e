package io.freshet.trainer.learning;

import java.util.Arrays;

/**
 * How sure a label must be for an image to be learned from, following how sure the model is: of everything, and of each
 * class (FreeMatch, Wang et al., 2205.07246, section 3.1, self-adaptive thresholding). It begins with no demand at all,
 * so that nothing starves early, and never asks a hard class for what only an easy one reaches. For one thread at a time.
 */
final class AdaptiveThreshold {

    private final double decay;
    private final float[] classMeans;
    private float confidence;

    /** @param decay of the moving means over batches, in [0, 1) */
    AdaptiveThreshold(int classes, double decay) {
        this.decay = decay;
        this.classMeans = new float[classes];
        Arrays.fill(classMeans, 1f / classes);
        this.confidence = 1f / classes;
    }

    /**
     * Takes in a batch of answers (equations 5 and 6).
     *
     * @param answers {@code [batch][classes]}, each a distribution
     */
    void observe(float[][] answers) {
        double batchConfidence = 0;
        double[] batchMeans = new double[classMeans.length];
        for (float[] answer : answers) {
            batchConfidence += answer[highest(answer)] / answers.length;
            for (int label = 0; label < answer.length; label++) {
                batchMeans[label] += answer[label] / answers.length;
            }
        }
        confidence = mean(confidence, batchConfidence);
        for (int label = 0; label < classMeans.length; label++) {
            classMeans[label] = mean(classMeans[label], batchMeans[label]);
        }
    }

    private float mean(float before, double batch) {
        return (float) (decay * before + (1 - decay) * batch);
    }

    /** Whether an answer is sure enough, by its most probable class (equations 7 and 8). */
    boolean passes(float[] answer) {
        int label = highest(answer);
        return answer[label] >= classMeans[label] / classMeans[highest(classMeans)] * confidence;
    }

    private static int highest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    /** All that it remembers. */
    float[] state() {
        float[] state = Arrays.copyOf(classMeans, classMeans.length + 1);
        state[classMeans.length] = confidence;
        return state;
    }

    void restore(float[] state) {
        if (state.length != classMeans.length + 1) {
            throw new IllegalArgumentException("The state of " + classMeans.length + " classes has one value more, not "
                    + state.length + " values");
        }
        System.arraycopy(state, 0, classMeans, 0, classMeans.length);
        confidence = state[classMeans.length];
    }
}
