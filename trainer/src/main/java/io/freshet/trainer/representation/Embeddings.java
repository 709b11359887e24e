package io.freshet.trainer.representation;

import io.freshet.engine.Classifier;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.Evaluator;

/**
 * What a model makes of labeled images below its head.
 *
 * @param rows {@code [images][embedding]}
 * @param labels {@code [images]}, indices of classes
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes that only this package reads
record Embeddings(float[][] rows, int[] labels) {

    static Embeddings of(Classifier classifier, LabeledImages images) {
        Answers answers = Evaluator.ask(classifier, images);
        float[][] rows = new float[images.size()][];
        int[] labels = new int[images.size()];
        for (int i = 0; i < images.size(); i++) {
            rows[i] = answers.embedding(i);
            labels[i] = answers.truth(i);
        }
        return new Embeddings(rows, labels);
    }

    int size() {
        return rows.length;
    }

    int width() {
        return rows[0].length;
    }
}
