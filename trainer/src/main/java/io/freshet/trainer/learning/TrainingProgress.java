package io.freshet.trainer.learning;

/** Is told of each step of a run; called on the thread that trains, so it must be quick. */
@FunctionalInterface
public interface TrainingProgress {

    /** @param images that the step learned from */
    void stepped(int taken, int steps, double loss, int images);
}
