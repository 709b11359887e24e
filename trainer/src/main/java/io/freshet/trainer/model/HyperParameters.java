package io.freshet.trainer.model;

/**
 * What one step is fed beside its images.
 *
 * @param learningRate of gradient descent with Nesterov's momentum
 * @param weightDecay added to the gradient of each kernel, times the kernel
 * @param averageDecay of the moving average of the weights that predictions use, in [0, 1)
 * @param noise how the student is disturbed
 */
public record HyperParameters(double learningRate, double weightDecay, double averageDecay, Noise noise) {

    public HyperParameters {
        if (!(averageDecay >= 0 && averageDecay < 1)) {
            throw new IllegalArgumentException("The decay of the average must lie in [0, 1), not at " + averageDecay);
        }
    }
}
