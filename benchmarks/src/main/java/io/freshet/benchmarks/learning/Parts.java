package io.freshet.benchmarks.learning;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.evaluation.corruption.Corruption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A data set dealt out by a seed. No image plays two parts.
 *
 * @param labeled to learn from, as they are
 * @param validation finds how severe a corruption has to be
 * @param traffic is corrupted and learned from without its labels
 * @param test is judged, as it is and corrupted
 */
record Parts(
        List<String> classes,
        ImageShape shape,
        LabeledImages labeled,
        LabeledImages validation,
        LabeledImages traffic,
        LabeledImages test) {

    private static final int VALIDATION = 2_000;

    static Parts deal(LabeledSet set, int labels, int unlabeled, int judged, long seed) {
        List<Integer> order = new ArrayList<>(
                IntStream.range(0, set.training().size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        List<Integer> tests = IntStream.range(0, set.anchor().size()).boxed().toList();
        return new Parts(
                set.classes(),
                set.shape(),
                LearningSet.pick(set.training(), order, 0, labels),
                LearningSet.pick(set.training(), order, labels, VALIDATION),
                LearningSet.pick(set.training(), order, labels + VALIDATION, unlabeled),
                LearningSet.pick(set.anchor(), tests, 0, judged));
    }

    /** Images as a worn camera sees them. */
    LabeledImages corrupted(LabeledImages images, Corruption corruption, double severity, long seed) {
        return corruption.apply(images, shape, severity, seed);
    }
}
