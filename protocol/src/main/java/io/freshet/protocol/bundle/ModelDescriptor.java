package io.freshet.protocol.bundle;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.Score;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What {@code model.json} says of a bundle.
 *
 * @param format of the bundle, {@value #FORMAT}
 * @param model name
 * @param parent the version that was in service before and taught this one
 * @param classes names, in the order of the probabilities
 * @param mixedPrecision whether it was judged, and is to be served, with 16 bits where that is faster; false in bundles
 *     that say nothing of it
 * @param architecture by its name
 * @param steps of training in the model and its parents together
 * @param score on the samples that judged it
 * @param bestAnchorError the lowest error on the anchor of this model and its parents: what later rounds are held to
 * @param calibrationTemperature by which logits are to be divided for confidence to be the share of answers that are right
 *     (Guo et al., 1706.04599, section 4.2), fitted on labeled images that did not judge. The model's probabilities are as
 *     they come, without it. Absent in bundles that say nothing of it
 */
public record ModelDescriptor(
        int format,
        String model,
        long version,
        Optional<Long> parent,
        Instant createdAt,
        List<String> classes,
        ImageShape input,
        int embeddingSize,
        boolean mixedPrecision,
        String architecture,
        long steps,
        Score score,
        double bestAnchorError,
        Lineage lineage,
        Optional<Double> calibrationTemperature) {

    public static final int FORMAT = 1;

    public ModelDescriptor {
        classes = List.copyOf(classes);
        if (classes.size() < 2 || new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException("A model has two classes or more, with different names: " + classes);
        }
    }

    /** Of a model whose temperature nobody has fitted. */
    public ModelDescriptor(
            int format,
            String model,
            long version,
            Optional<Long> parent,
            Instant createdAt,
            List<String> classes,
            ImageShape input,
            int embeddingSize,
            boolean mixedPrecision,
            String architecture,
            long steps,
            Score score,
            double bestAnchorError,
            Lineage lineage) {
        this(
                format,
                model,
                version,
                parent,
                createdAt,
                classes,
                input,
                embeddingSize,
                mixedPrecision,
                architecture,
                steps,
                score,
                bestAnchorError,
                lineage,
                Optional.empty());
    }

    public ModelVersion modelVersion() {
        return new ModelVersion(model, version);
    }
}
