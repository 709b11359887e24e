package io.freshet.trainer.evaluation;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Asks a model for each image of a sample, through the very signature that will serve. */
public final class Evaluator {

    private static final int BATCH = 250;

    private Evaluator() {}

    public static Verdicts judge(Classifier classifier, LabeledImages sample) {
        return ask(classifier, sample).verdicts();
    }

    public static Answers ask(Classifier classifier, LabeledImages sample) {
        List<Integer> truths = new ArrayList<>(sample.size());
        for (int i = 0; i < sample.size(); i++) {
            truths.add(sample.label(i));
        }
        return ask(classifier, sample.images(), truths);
    }

    /** Asks for images of which nobody knows the classes. */
    public static Answers ask(Classifier classifier, ImagePool images) {
        return ask(classifier, images, List.of());
    }

    private static Answers ask(Classifier classifier, ImagePool images, List<Integer> truths) {
        ByteBuffer batch =
                ByteBuffer.allocateDirect(BATCH * classifier.imageSize()).order(ByteOrder.nativeOrder());
        float[][] probabilities = new float[images.size()][];
        float[][] embeddings = new float[images.size()][];
        for (int from = 0; from < images.size(); from += BATCH) {
            int count = Math.min(BATCH, images.size() - from);
            batch.clear();
            for (int i = 0; i < count; i++) {
                images.copyTo(from + i, batch);
            }
            Classifications said = classifier.classify(batch.flip(), count);
            for (int i = 0; i < count; i++) {
                probabilities[from + i] = said.probabilities(i);
                embeddings[from + i] = said.embedding(i);
            }
        }
        return new Answers(truths, probabilities, embeddings);
    }
}
