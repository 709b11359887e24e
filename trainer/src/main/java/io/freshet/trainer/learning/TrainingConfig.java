package io.freshet.trainer.learning;

import io.freshet.trainer.model.Noise;

/**
 * How a network is trained.
 *
 * @param batchSize images a step
 * @param averageDecay of the moving average of the weights, once the run is long enough for it
 * @param checkpointEvery steps between checkpoints
 */
public record TrainingConfig(
        int steps,
        int batchSize,
        double learningRate,
        double warmup,
        double weightDecay,
        double averageDecay,
        Noise noise,
        int checkpointEvery) {

    public TrainingConfig {
        if (batchSize < 2) {
            throw new IllegalArgumentException("A batch has at least 2 images, for its statistics, not " + batchSize);
        }
        if (checkpointEvery < 1) {
            throw new IllegalArgumentException("Checkpoints come at least every step, not every " + checkpointEvery);
        }
        new Schedule(steps, learningRate, warmup); // checks its own
    }

    /** The same over another number of steps. */
    public TrainingConfig withSteps(int other) {
        return new TrainingConfig(
                other, batchSize, learningRate, warmup, weightDecay, averageDecay, noise, checkpointEvery);
    }

    public Schedule schedule() {
        return new Schedule(steps, learningRate, warmup);
    }
}
