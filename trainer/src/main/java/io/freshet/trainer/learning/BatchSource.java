package io.freshet.trainer.learning;

import io.freshet.trainer.model.TrainingBatch;
import java.util.Optional;
import java.util.SplittableRandom;

/** What a run learns from. For one thread at a time. */
public interface BatchSource {

    /**
     * Fills a batch.
     *
     * @param random decides what is drawn; it is made anew for each step, so that a run that goes on after a kill draws
     *     what it would have drawn
     */
    void fill(TrainingBatch batch, SplittableRandom random);

    /**
     * Whether the labels come from the moving average of the very weights that are trained. The average then stands
     * firm from the first step; else it follows quickly at first, to forget what the run began from.
     */
    default boolean asksTheAverage() {
        return false;
    }

    /** The two kinds of images that the batches mix; empty, unless it says otherwise, if they are of one kind. */
    default Optional<Mixture> mixture() {
        return Optional.empty();
    }

    /** What the source has found out so far, for a checkpoint: nothing, unless it says otherwise. */
    default float[] state() {
        return new float[0];
    }

    /** Takes back what {@link #state} has given. */
    default void restore(float[] state) {}
}
