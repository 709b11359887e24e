package io.freshet.trainer.evaluation;

import java.util.Arrays;

/**
 * How fast a model answers on this machine, without the network around it.
 *
 * @param medianMillis of a single image
 * @param p99Millis of a single image
 * @param imagesPerSecond in batches of {@value #BATCH}, one after another
 */
public record Latency(double medianMillis, double p99Millis, double imagesPerSecond) {

    public static final int BATCH = 32;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * @param single nanoseconds of each single image; there must be one
     * @param batches nanoseconds of each batch; there must be one
     */
    public static Latency of(long[] single, long[] batches) {
        return new Latency(
                percentile(single, .5) / NANOS_PER_MILLI,
                percentile(single, .99) / NANOS_PER_MILLI,
                BATCH * NANOS_PER_SECOND / percentile(batches, .5));
    }

    /** By the nearest rank. */
    static long percentile(long[] values, double share) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.clamp((long) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
    }
}
