package io.freshet.benchmarks.ingest;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * What an image costs.
 *
 * @param micros on a processor, of all threads that work for it
 * @param perSecond images, by the clock
 * @param kept share of the images that came out again
 */
record Cost(double micros, double perSecond, double kept) {

    /** Of each figure. */
    static Cost mean(Cost... costs) {
        return new Cost(mean(costs, Cost::micros), mean(costs, Cost::perSecond), mean(costs, Cost::kept));
    }

    private static double mean(Cost[] costs, ToDoubleFunction<Cost> figure) {
        return Arrays.stream(costs).mapToDouble(figure).average().orElseThrow();
    }
}
