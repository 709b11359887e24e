package io.freshet.trainer.tuning;

import java.util.List;

/**
 * When to stop: a score is taken each so many steps, and where it has not become better for some time, it will not. It counts
 * steps, not seconds, so that a run stops at the same step on another machine. Pure.
 *
 * @param patience scores without a gain after which it is over
 * @param leastGain by which share of the best score another must be lower to be a gain, in [0, 1)
 */
public record Plateau(int patience, double leastGain) {

    public Plateau {
        if (patience < 1) {
            throw new IllegalArgumentException("A plateau is seen over one score or more, not " + patience);
        }
        if (!(leastGain >= 0 && leastGain < 1)) {
            throw new IllegalArgumentException("The least gain must lie in [0, 1), not at " + leastGain);
        }
    }

    /**
     * The score after which there was no gain any more.
     *
     * @param scores the lower the better, at least one
     * @return its index
     */
    public int best(List<Double> scores) {
        int best = 0;
        for (int i = 1; i < scores.size(); i++) {
            if (scores.get(i) < scores.get(best) * (1 - leastGain)) {
                best = i;
            }
        }
        return best;
    }

    public boolean isReached(List<Double> scores) {
        return !scores.isEmpty() && scores.size() - 1 - best(scores) >= patience;
    }
}
