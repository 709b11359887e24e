package io.freshet.trainer.learning;

import io.freshet.trainer.model.TrainingBatch;
import java.util.SplittableRandom;

/** What a run learns from. Immutable. */
public interface BatchSource {

    /**
     * Fills a batch.
     *
     * @param random decides what is drawn; it is made anew for each step, so that a run that goes on after a kill draws
     *     what it would have drawn
     */
    void fill(TrainingBatch batch, SplittableRandom random);
}
