package io.freshet.trainer.learning;

/**
 * The learning rate over a run: a straight rise, then half a cosine down to nothing (Loshchilov and Hutter, 1608.03983,
 * equation 5, without restarts). It counts steps, not seconds, so that a run repeats on another machine.
 *
 * @param steps of the run
 * @param peak the highest rate
 * @param warmup share of the steps that rise, in [0, 1)
 */
public record Schedule(int steps, double peak, double warmup) {

    public Schedule {
        if (steps < 1) {
            throw new IllegalArgumentException("A run has at least one step, not " + steps);
        }
        if (!(peak > 0)) {
            throw new IllegalArgumentException("The learning rate must be positive, not " + peak);
        }
        if (!(warmup >= 0 && warmup < 1)) {
            throw new IllegalArgumentException("The share of warm-up must lie in [0, 1), not at " + warmup);
        }
    }

    /** @param step from 0 */
    public double rate(int step) {
        double done = (step + .5) / steps;
        if (done < warmup) {
            return peak * done / warmup;
        }
        return peak * .5 * (1 + Math.cos(Math.PI * (done - warmup) / (1 - warmup)));
    }
}
