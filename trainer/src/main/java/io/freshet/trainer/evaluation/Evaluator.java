package io.freshet.trainer.evaluation;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.trainer.data.LabeledImages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Asks a model for each image of a sample, through the very signature that will serve. */
public final class Evaluator {

    private static final int BATCH = 250;

    private Evaluator() {}

    public static Verdicts judge(Classifier classifier, LabeledImages sample) {
        ByteBuffer batch =
                ByteBuffer.allocateDirect(BATCH * classifier.imageSize()).order(ByteOrder.nativeOrder());
        BitSet right = new BitSet();
        List<Integer> truths = new ArrayList<>(sample.size());
        for (int from = 0; from < sample.size(); from += BATCH) {
            int count = Math.min(BATCH, sample.size() - from);
            batch.clear();
            for (int i = 0; i < count; i++) {
                sample.images().copyTo(from + i, batch);
                truths.add(sample.label(from + i));
            }
            Classifications said = classifier.classify(batch.flip(), count);
            for (int i = 0; i < count; i++) {
                right.set(from + i, said.label(i) == sample.label(from + i));
            }
        }
        return new Verdicts(truths, right);
    }
}
