package io.freshet.ingest.drift;

import io.freshet.protocol.Prediction;
import java.util.Optional;

/** What of an image is watched for drift: what the model said of it, in a few numbers. */
public final class Observations {

    /** Dimensions of the longest embedding sketch that is watched: traffic's headers may say anything. */
    static final int MAX_SKETCH = 256;

    /** Characters of the longest class that is watched. */
    static final int MAX_LABEL = 200;

    private Observations() {}

    /** The prediction; absent if there is none, or none that can be reckoned with. */
    public static Optional<Prediction> of(Optional<Prediction> prediction) {
        return prediction.filter(Observations::isFinite).filter(p -> p.label().length() <= MAX_LABEL);
    }

    private static boolean isFinite(Prediction prediction) {
        return Float.isFinite(prediction.confidence())
                && prediction.embeddingSketch().size() <= MAX_SKETCH
                && prediction.embeddingSketch().stream().allMatch(Float::isFinite);
    }
}
