package io.freshet.trainer.evaluation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a model said of images, in their order: probabilities and penultimate layer, and beside them the true classes
 * where people have labeled the images. Immutable; the arrays that go in belong to it.
 */
public final class Answers {

    private final List<Integer> truths;
    private final float[][] probabilities;
    private final float[][] embeddings;

    /**
     * @param truths index of each image's class; empty where nobody knows
     * @param probabilities {@code [images][classes]}
     * @param embeddings {@code [images][embedding]}
     */
    public Answers(List<Integer> truths, float[][] probabilities, float[][] embeddings) {
        if (probabilities.length != embeddings.length || (!truths.isEmpty() && truths.size() != embeddings.length)) {
            throw new IllegalArgumentException(truths.size() + " truths, " + probabilities.length + " answers and "
                    + embeddings.length + " embeddings are not of the same images");
        }
        this.truths = List.copyOf(truths);
        this.probabilities = probabilities;
        this.embeddings = embeddings;
    }

    /** These images, and after them the other's. */
    public Answers and(Answers other) {
        List<Integer> both = new ArrayList<>(truths);
        both.addAll(other.truths);
        return new Answers(both, joined(probabilities, other.probabilities), joined(embeddings, other.embeddings));
    }

    private static float[][] joined(float[][] first, float[][] second) {
        float[][] both = new float[first.length + second.length][];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    public int images() {
        return probabilities.length;
    }

    /** Index of an image's class. */
    public int truth(int image) {
        return truths.get(image);
    }

    public float probability(int image, int label) {
        return probabilities[image][label];
    }

    /** The probabilities of an image's classes, a copy. */
    public float[] probabilities(int image) {
        return probabilities[image].clone();
    }

    /** The penultimate layer for an image, a copy. */
    public float[] embedding(int image) {
        return embeddings[image].clone();
    }

    /** The most probable class; of equals, the first. */
    public int label(int image) {
        int best = 0;
        for (int label = 1; label < probabilities[image].length; label++) {
            if (probabilities[image][label] > probabilities[image][best]) {
                best = label;
            }
        }
        return best;
    }

    /** The probability of the most probable class. */
    public float confidence(int image) {
        return probabilities[image][label(image)];
    }

    public boolean isRight(int image) {
        return label(image) == truth(image);
    }

    /** Which of the images the model gets right. */
    public Verdicts verdicts() {
        BitSet right = new BitSet();
        for (int image = 0; image < truths.size(); image++) {
            right.set(image, isRight(image));
        }
        return new Verdicts(truths, right);
    }
}
