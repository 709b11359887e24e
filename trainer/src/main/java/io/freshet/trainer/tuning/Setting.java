package io.freshet.trainer.tuning;

import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import java.util.Locale;

/**
 * The hyper-parameters that are looked for.
 *
 * @param batchSize images a step
 * @param learningRate at the schedule's peak
 * @param weightDecay times the kernel, added to its gradient
 * @param magnitude RandAugment's, in [0, 1]
 */
public record Setting(int batchSize, double learningRate, double weightDecay, double magnitude) {

    /** In steps of how many images budgets are counted, whatever the batch: what is compared has seen equally many. */
    public static final int UNIT = 64;

    /** How many steps of this batch size have seen as many images as so many of {@value #UNIT}. */
    public int steps(int units) {
        return Math.max(1, Math.toIntExact(Math.round((double) units * UNIT / batchSize)));
    }

    /** Training with these, and all else as in another configuration. */
    public TrainingConfig applyTo(TrainingConfig other, int steps) {
        Noise noise = other.noise();
        return new TrainingConfig(
                steps,
                batchSize,
                learningRate,
                other.warmup(),
                weightDecay,
                other.averageDecay(),
                new Noise(magnitude, noise.dropout(), noise.stochasticDepth()),
                other.checkpointEvery());
    }

    /** For file names and people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "batch %d, rate %.3g, weight decay %.1g, augmentation %.2f",
                batchSize,
                learningRate,
                weightDecay,
                magnitude);
    }
}
