package io.freshet.trainer.evaluation;

import io.freshet.engine.Classifier;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.corruption.Corruption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Shows models images as worn cameras take them: each the same ones. */
public final class WornCameras {

    private WornCameras() {}

    /**
     * Judges models at the five severities of each corruption.
     *
     * @param classifiers that take images of the shape
     * @param seed of what differs from image to image, below 2^32
     * @param progress told of each corruption when it begins
     * @return how each holds up, in their order
     */
    public static List<Robustness> judge(
            List<Classifier> classifiers,
            LabeledImages sample,
            ImageShape shape,
            long seed,
            Consumer<Corruption> progress) {
        List<Map<Corruption, List<Double>>> accuracies = new ArrayList<>();
        classifiers.forEach(classifier -> accuracies.add(new EnumMap<>(Corruption.class)));
        for (Corruption corruption : Corruption.values()) {
            progress.accept(corruption);
            List<LabeledImages> seen = Robustness.SEVERITIES.stream()
                    .map(severity -> corruption.apply(sample, shape, severity, seed))
                    .toList();
            for (int model = 0; model < classifiers.size(); model++) {
                Classifier classifier = classifiers.get(model);
                accuracies
                        .get(model)
                        .put(
                                corruption,
                                seen.stream()
                                        .map(images -> accuracy(classifier, images))
                                        .toList());
            }
        }
        List<Robustness> robustness = new ArrayList<>();
        for (int model = 0; model < classifiers.size(); model++) {
            robustness.add(
                    Robustness.of(sample.size(), accuracy(classifiers.get(model), sample), accuracies.get(model)));
        }
        return robustness;
    }

    private static double accuracy(Classifier classifier, LabeledImages sample) {
        return 1 - (double) Evaluator.judge(classifier, sample).errors() / sample.size();
    }
}
