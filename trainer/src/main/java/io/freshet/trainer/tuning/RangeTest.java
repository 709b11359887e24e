package io.freshet.trainer.tuning;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The learning-rate range test (Smith, 1506.01186, section 3.3; 1803.09820, section 4.1): over a few steps the rate rises
 * from one at which nothing is learned to one at which everything is lost, each step by the same factor, and the losses on
 * the way say which rate to take. Pure.
 *
 * @param from the rate of the first step
 * @param to the rate of the last step
 * @param steps of the sweep
 */
public record RangeTest(double from, double to, int steps) {

    private static final double SMOOTHING = .8;

    /** The loss has diverged when it stands at so many times the lowest before. */
    private static final double DIVERGED = 2;

    /** The slope is taken over so many steps to either side. */
    private static final int REACH = 2;

    private static final double SAFETY = 10;

    public RangeTest {
        if (!(from > 0 && to > from)) {
            throw new IllegalArgumentException("The rates rise from above 0, not from " + from + " to " + to);
        }
        if (steps < 4 * REACH) {
            throw new IllegalArgumentException("A sweep takes " + 4 * REACH + " steps or more, not " + steps);
        }
    }

    /**
     * What a sweep says.
     *
     * @param steepest the rate at which the loss fell fastest
     * @param diverged the rate at which learning was lost; empty if it never was
     * @param rate to train with at the peak: midway, as factors go, between where the loss fell fastest and a tenth of where
     *     it was lost; if it never was, where the loss fell fastest
     */
    public record Reading(double steepest, OptionalDouble diverged, double rate) {

        /** In words. */
        public String why() {
            return diverged.isPresent()
                    ? String.format(
                            Locale.ROOT,
                            "the loss fell fastest at %.2g and was lost at %.2g, and the rate lies midway between the one and"
                                    + " a tenth of the other",
                            steepest,
                            diverged.getAsDouble())
                    : String.format(Locale.ROOT, "the loss fell fastest at %.2g, and was never lost", steepest);
        }
    }

    /** The rate of a step, from 0. */
    public double rate(int step) {
        return from * Math.pow(to / from, (double) step / (steps - 1));
    }

    /** Whether a sweep may end here: no later loss changes the reading. */
    public boolean isOver(double[] losses, int taken) {
        return taken == steps || divergence(smoothed(losses, taken)) >= 0;
    }

    /**
     * Reads a sweep.
     *
     * @param losses of the steps that were taken, in their order
     */
    public Reading read(double[] losses, int taken) {
        double[] smoothed = smoothed(losses, taken);
        int lost = divergence(smoothed);
        int end = lost < 0 ? taken : lost;
        int steepest = 0;
        double fall = 0;
        for (int step = REACH; step + REACH < end; step++) {
            double slope = smoothed[step + REACH] - smoothed[step - REACH];
            if (slope < fall) {
                fall = slope;
                steepest = step;
            }
        }
        OptionalDouble diverged = lost < 0 ? OptionalDouble.empty() : OptionalDouble.of(rate(lost));
        double chosen =
                diverged.isPresent() ? Math.sqrt(rate(steepest) * diverged.getAsDouble() / SAFETY) : rate(steepest);
        return new Reading(rate(steepest), diverged, chosen);
    }

    /** The first step at which learning was lost, or -1. */
    private static int divergence(double[] smoothed) {
        double lowest = Double.POSITIVE_INFINITY;
        for (int step = 0; step < smoothed.length; step++) {
            if (!(smoothed[step] <= DIVERGED * lowest)) { // NaN is no number to compare
                return step;
            }
            lowest = Math.min(lowest, smoothed[step]);
        }
        return -1;
    }

    /** The exponential moving mean, its beginning not drawn to 0. */
    private static double[] smoothed(double[] losses, int taken) {
        double[] smoothed = new double[taken];
        double mean = 0;
        for (int step = 0; step < taken; step++) {
            mean = SMOOTHING * mean + (1 - SMOOTHING) * losses[step];
            smoothed[step] = mean / (1 - Math.pow(SMOOTHING, step + 1));
        }
        return smoothed;
    }
}
