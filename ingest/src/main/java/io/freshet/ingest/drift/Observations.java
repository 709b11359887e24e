package io.freshet.ingest.drift;

import io.freshet.protocol.Prediction;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.image.PixelStatistics;
import java.util.Optional;

/** What of an image is watched for drift: what the model said of it, or how it looks where none did, in a few numbers. */
public final class Observations {

    /** Dimensions of the longest embedding sketch that is watched: traffic's headers may say anything. */
    static final int MAX_SKETCH = 256;

    /** Characters of the longest class that is watched. */
    static final int MAX_LABEL = 200;

    private Observations() {}

    /** The prediction, or the pixels' statistics where there is none; absent where neither can be reckoned with. */
    public static Optional<Prediction> of(Sighting sighting) {
        return sighting.prediction().isPresent()
                ? of(sighting.prediction())
                : sighting.pixels().map(Observations::of);
    }

    private static Prediction of(PixelStatistics pixels) {
        return new Prediction(
                Watched.NO_MODEL,
                pixels.tone(),
                pixels.brightness(),
                pixels.values().subList(1, PixelStatistics.SIZE));
    }

    /** The prediction; absent if there is none, or none that can be reckoned with. */
    static Optional<Prediction> of(Optional<Prediction> prediction) {
        return prediction
                .filter(said -> !said.model().equals(Watched.NO_MODEL)) // which no model may be taken for
                .filter(Observations::isFinite)
                .filter(p -> p.label().length() <= MAX_LABEL);
    }

    private static boolean isFinite(Prediction prediction) {
        return Float.isFinite(prediction.confidence())
                && prediction.embeddingSketch().size() <= MAX_SKETCH
                && prediction.embeddingSketch().stream().allMatch(Float::isFinite);
    }
}
