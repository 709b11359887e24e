package io.freshet.ingest.budget;

import io.freshet.protocol.Prediction;
import java.util.Optional;

/**
 * What a model would learn from an image, as far as can be told beforehand: the less sure the model in service was of it,
 * the rarer the class that it saw, and the further the image lies from those that were chosen lately, the more; and most
 * where a version on trial disagreed with it (query by committee; Seung and others, COLT 1992). Pure.
 */
final class Interest {

    /** Of what is not known: as much as of any. */
    private static final double UNKNOWN = .5;

    private Interest() {}

    /**
     * @param classShare of the class among all images that came lately, 0 to 1
     * @param novelty 0 to 1
     * @return 0 to 1
     */
    static double of(Optional<Prediction> prediction, double classShare, double novelty) {
        return prediction
                .filter(said -> Float.isFinite(said.confidence()))
                .map(said -> of(said, classShare, novelty))
                .orElse((2 * UNKNOWN + novelty) / 3);
    }

    private static double of(Prediction said, double classShare, double novelty) {
        double mean = (uncertainty(said) + 1 - Math.clamp(classShare, 0, 1) + novelty) / 3;
        return mean + (1 - mean) * disagreement(said);
    }

    private static double uncertainty(Prediction prediction) {
        return 1 - Math.clamp(prediction.confidence(), 0, 1);
    }

    private static double disagreement(Prediction prediction) {
        return prediction
                .shadow()
                .filter(shadow -> Float.isFinite(shadow.confidence()))
                .map(shadow -> (double) shadow.disagreement(prediction.label(), prediction.confidence()))
                .orElse(0.0);
    }
}
