package io.freshet.ingest.budget;

import io.freshet.protocol.Prediction;
import java.util.Optional;

/**
 * What a model would learn from an image, as far as can be told beforehand: the less sure the model in service was of it,
 * and the rarer the class that it saw, the more. Pure.
 */
final class Interest {

    /** Of an image that no model has seen: as much as of any. */
    private static final double UNKNOWN = .5;

    private Interest() {}

    /**
     * @param classShare of the class among all images that came lately, 0 to 1
     * @return 0 to 1
     */
    static double of(Optional<Prediction> prediction, double classShare) {
        return prediction
                .filter(said -> Float.isFinite(said.confidence()))
                .map(said -> (uncertainty(said) + 1 - Math.clamp(classShare, 0, 1)) / 2)
                .orElse(UNKNOWN);
    }

    private static double uncertainty(Prediction prediction) {
        return 1 - Math.clamp(prediction.confidence(), 0, 1);
    }
}
