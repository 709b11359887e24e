package io.freshet.ingest.budget;

import io.freshet.ingest.drift.Observations;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Sighting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@link Novelty} of images by the sketch of their embedding, of each version of a model for itself: what two versions
 * make of one image does not lie in one space. Images that no model saw are compared by the statistics of their pixels. For
 * one thread at a time.
 */
final class Novelties {

    /** Strangers can make up versions; the one silent for longest makes way. */
    private static final int VERSIONS = 16;

    private static final int CAPACITY = 256;

    private final Map<ModelVersion, Novelty> byVersion = new LinkedHashMap<>(VERSIONS, .75f, true);

    /** 0 to 1, and {@link Novelty#UNKNOWN} of an image without an embedding. */
    double of(Sighting sighting) {
        return observation(sighting)
                .map(observed -> novelty(observed).of(embedding(observed)))
                .orElse(Novelty.UNKNOWN);
    }

    /** Takes up an image that came through. */
    void choose(Sighting sighting) {
        observation(sighting).ifPresent(observed -> novelty(observed).choose(embedding(observed)));
    }

    private static Optional<Prediction> observation(Sighting sighting) {
        return Observations.of(sighting)
                .filter(observed -> !observed.embeddingSketch().isEmpty());
    }

    private Novelty novelty(Prediction observed) {
        int length = observed.embeddingSketch().size();
        Novelty known = byVersion.get(observed.model());
        if (known != null && known.length() == length) {
            return known;
        }
        Novelty begun = new Novelty(length, CAPACITY);
        byVersion.put(observed.model(), begun);
        if (byVersion.size() > VERSIONS) {
            byVersion.remove(byVersion.keySet().iterator().next());
        }
        return begun;
    }

    private static float[] embedding(Prediction observed) {
        List<Float> sketch = observed.embeddingSketch();
        float[] embedding = new float[sketch.size()];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = sketch.get(i);
        }
        return embedding;
    }
}
