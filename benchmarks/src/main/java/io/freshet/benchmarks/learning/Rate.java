package io.freshet.benchmarks.learning;

/**
 * How fast images are worked on.
 *
 * @param perSecond images, by the clock
 * @param perProcessorSecond images, by the time that the process was on a processor: on a machine that others use too, this
 *     says more
 */
record Rate(double perSecond, double perProcessorSecond) {}
