package io.freshet.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What the model in service said of an image.
 *
 * @param label the most probable class, by name
 * @param confidence its probability
 * @param embeddingSketch the penultimate layer, projected at random to a few dimensions; empty if the model has none
 * @param shadow what a version on trial said of the same image; absent if none was asked, or was not done in time
 */
public record Prediction(
        ModelVersion model,
        String label,
        float confidence,
        List<Float> embeddingSketch,
        Optional<SecondOpinion> shadow) {

    public Prediction {
        embeddingSketch = List.copyOf(embeddingSketch);
    }

    /** One without a second opinion. */
    public Prediction(ModelVersion model, String label, float confidence, List<Float> embeddingSketch) {
        this(model, label, confidence, embeddingSketch, Optional.empty());
    }
}
