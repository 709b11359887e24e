package io.freshet.trainer.representation;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.trainer.data.LabeledImages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a model makes of labeled images below its head.
 *
 * @param rows {@code [images][embedding]}
 * @param labels {@code [images]}, indices of classes
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes that only this package reads
record Embeddings(float[][] rows, int[] labels) {

    private static final int BATCH = 250;

    static Embeddings of(Classifier classifier, LabeledImages images) {
        ByteBuffer batch =
                ByteBuffer.allocateDirect(BATCH * classifier.imageSize()).order(ByteOrder.nativeOrder());
        float[][] rows = new float[images.size()][];
        int[] labels = new int[images.size()];
        for (int from = 0; from < images.size(); from += BATCH) {
            int count = Math.min(BATCH, images.size() - from);
            batch.clear();
            for (int i = 0; i < count; i++) {
                images.images().copyTo(from + i, batch);
            }
            Classifications said = classifier.classify(batch.flip(), count);
            for (int i = 0; i < count; i++) {
                rows[from + i] = said.embedding(i);
                labels[from + i] = images.label(from + i);
            }
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
