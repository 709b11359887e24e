package io.freshet.engine;

import java.util.Arrays;

/** What a {@link Classifier} says of a batch of images. Immutable; the arrays that go in belong to it. */
public final class Classifications {

    private final int classes;
    private final float[] probabilities;
    private final int embeddingSize;
    private final float[] embeddings;

    /**
     * @param probabilities {@code [count, classes]}, row by row
     * @param embeddings {@code [count, embeddingSize]}, row by row
     */
    Classifications(int classes, float[] probabilities, int embeddingSize, float[] embeddings) {
        this.classes = classes;
        this.probabilities = probabilities;
        this.embeddingSize = embeddingSize;
        this.embeddings = embeddings;
    }

    public int count() {
        return probabilities.length / classes;
    }

    public float probability(int image, int label) {
        return probabilities[image * classes + label];
    }

    /** The probabilities of an image's classes, a copy. */
    public float[] probabilities(int image) {
        return Arrays.copyOfRange(probabilities, image * classes, (image + 1) * classes);
    }

    /** The penultimate layer for an image, a copy. */
    public float[] embedding(int image) {
        return Arrays.copyOfRange(embeddings, image * embeddingSize, (image + 1) * embeddingSize);
    }

    /** The most probable class; of equals, the first. */
    public int label(int image) {
        int best = 0;
        for (int label = 1; label < classes; label++) {
            if (probability(image, label) > probability(image, best)) {
                best = label;
            }
        }
        return best;
    }

    /** The probability of the most probable class. */
    public float confidence(int image) {
        return probability(image, label(image));
    }
}
