package io.freshet.serving.batch;

import java.time.Duration;

/**
 * How many images a batch may have now, so that its run stays within the latency target: one more after each full batch
 * that did, and a tenth fewer after each that did not (Crankshaw et al., Clipper, NSDI 2017, section 4.3.1: additive
 * increase, multiplicative decrease). Thread safe.
 */
final class BatchLimit {

    private static final double BACK_OFF = .9;

    private final int maxBatch;
    private final long targetNanos;
    private int limit;

    BatchLimit(int maxBatch, Duration target) {
        this.maxBatch = maxBatch;
        this.targetNanos = target.toNanos();
        this.limit = maxBatch;
    }

    synchronized int images() {
        return limit;
    }

    /** Takes note of a run. */
    synchronized void ran(int images, long nanos) {
        if (nanos > targetNanos) {
            // A small batch that was slow by chance says nothing of what a large one may be.
            limit = Math.min(limit, Math.max(1, (int) (images * BACK_OFF)));
        } else if (images >= limit && limit < maxBatch) {
            limit++;
        }
    }
}
