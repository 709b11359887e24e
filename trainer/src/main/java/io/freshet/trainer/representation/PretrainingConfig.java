package io.freshet.trainer.representation;

import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.SelfSupervision;
import io.freshet.trainer.architecture.SimClr;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;

/**
 * How a network learns without labels.
 *
 * @param method the loss
 * @param spec the network, and the head of the model that it ends in: no loss here reaches the head
 * @param training how it is stepped; its magnitude is that of the views, 1 for the papers'
 * @param mixedPrecision whether it is trained with 16 bits where the machine is faster with them
 * @param seed of the weights and of all that is drawn, below 2^32
 */
public record PretrainingConfig(
        SelfSupervision method, TrainableModelSpec spec, TrainingConfig training, boolean mixedPrecision, long seed) {

    public PretrainingConfig {
        if (seed < 0 || seed >>> 32 != 0) {
            throw new IllegalArgumentException("A seed lies in 0 to 2^32 - 1, not at " + seed);
        }
    }

    /** Defaults over so many steps. */
    public static PretrainingConfig of(SelfSupervision method, TrainableModelSpec spec, int steps, long seed) {
        return new PretrainingConfig(method, spec, training(steps, 256, learningRate(method)), false, seed);
    }

    /** @param batchSize images of a batch, of each of which there are two views */
    public static TrainingConfig training(int steps, int batchSize, double learningRate) {
        return new TrainingConfig(steps, batchSize, learningRate, .1, 1e-4, .99, new Noise(.9, 0, 0), 200);
    }

    /** A learning rate at which small residual networks were seen to learn. */
    public static double learningRate(SelfSupervision method) {
        return method instanceof SimClr ? .3 : .05;
    }

    /** The network. */
    public Architecture architecture() {
        return spec.architecture();
    }
}
