package io.freshet.protocol;

import java.util.List;

/**
 * What the model in service said of an image.
 *
 * @param label the most probable class, by name
 * @param confidence its probability
 * @param embeddingSketch the penultimate layer, projected at random to a few dimensions; empty if the model has none
 */
public record Prediction(ModelVersion model, String label, float confidence, List<Float> embeddingSketch) {

    public Prediction {
        embeddingSketch = List.copyOf(embeddingSketch);
    }
}
