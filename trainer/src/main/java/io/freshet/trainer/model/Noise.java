package io.freshet.trainer.model;

/**
 * The noise of Noisy Student Training (Xie et al., 1911.04252, section 2): on the input RandAugment, in the network
 * dropout and stochastic depth.
 *
 * @param magnitude RandAugment's, in [0, 1], the paper's M / 10
 * @param dropout rate before the head, in [0, 1)
 * @param stochasticDepth rate at which the deepest block is left out, in [0, 1)
 */
public record Noise(double magnitude, double dropout, double stochasticDepth) {

    public static final Noise NONE = new Noise(0, 0, 0);

    public Noise {
        if (!(magnitude >= 0 && magnitude <= 1)) {
            throw new IllegalArgumentException("RandAugment's magnitude must lie in [0, 1], not at " + magnitude);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("The dropout rate must lie in [0, 1), not at " + dropout);
        }
        if (!(stochasticDepth >= 0 && stochasticDepth < 1)) {
            throw new IllegalArgumentException(
                    "The rate of stochastic depth must lie in [0, 1), not at " + stochasticDepth);
        }
    }
}
