package io.freshet.trainer.learning;

import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.model.TrainingBatch;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * Batches of labeled images alone, drawn uniformly: for the first model, and for controls.
 *
 * @param smoothing of the labels (Szegedy et al., 1512.00567, section 7), in [0, 1)
 */
public record LabeledBatches(LabeledImages labeled, double smoothing) implements BatchSource {

    @Override
    public void fill(TrainingBatch batch, SplittableRandom random) {
        fill(batch, 0, batch.size(), random);
    }

    /** Fills the places from one (inclusive) to another (exclusive). */
    void fill(TrainingBatch batch, int from, int to, SplittableRandom random) {
        for (int place = from; place < to; place++) {
            int index = random.nextInt(labeled.size());
            labeled.images().copyTo(index, batch.image(place));
            FloatBuffer label = batch.label(place);
            for (int i = 0; i < batch.classes(); i++) {
                double hot = i == labeled.label(index) ? 1 - smoothing : 0;
                label.put((float) (hot + smoothing / batch.classes()));
            }
            batch.weight(place, 1);
        }
    }
}
