package io.freshet.trainer.representation;

import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.model.TrainingBatch;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Batches of images without labels, drawn uniformly. No image is twice in a batch, for the loss would take it for another
 * image that only looks like itself.
 */
record UnlabeledBatches(ImagePool images) implements BatchSource {

    @Override
    public void fill(TrainingBatch batch, SplittableRandom random) {
        if (images.size() < batch.size()) {
            throw new IllegalArgumentException(
                    "A batch of " + batch.size() + " wants as many images, and there are " + images.size());
        }
        Set<Integer> drawn = new HashSet<>();
        for (int place = 0; place < batch.size(); place++) {
            int index = random.nextInt(images.size());
            while (!drawn.add(index)) {
                index = random.nextInt(images.size());
            }
            images.copyTo(index, batch.image(place));
            batch.weight(place, 1);
        }
    }
}
