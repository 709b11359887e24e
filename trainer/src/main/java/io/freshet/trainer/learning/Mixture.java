package io.freshet.trainer.learning;

import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.model.TrainingBatch;
import java.util.SplittableRandom;

/**
 * Labeled images and a stream's, which stand side by side in batches, so that batch-norm statistics are those of both:
 * in batches apart, the student loses on either kind.
 */
public record Mixture(LabeledBatches labeled, ImagePool unlabeled) {

    /**
     * How many places of a batch are for labeled images, the first ones: at least one.
     *
     * @param labeledShare in (0, 1]
     */
    static int labeledPlaces(int size, double labeledShare) {
        return Math.clamp(Math.round(labeledShare * size), 1, size);
    }

    /** Fills a batch with images; labels and weights of the stream's places are left as they are. */
    void fill(TrainingBatch batch, double labeledShare, SplittableRandom random) {
        int fromLabeled = labeledPlaces(batch.size(), labeledShare);
        labeled.fill(batch, 0, fromLabeled, random);
        for (int place = fromLabeled; place < batch.size(); place++) {
            unlabeled.copyTo(random.nextInt(unlabeled.size()), batch.image(place));
        }
    }
}
