package io.freshet.serving.batch;

import java.time.Duration;

/**
 * How requests come together in batches.
 *
 * @param workers threads that run batches, for each version that is loaded
 * @param maxBatch images in the largest batch
 * @param latencyTarget that a batch's run should not exceed: where it does, batches get smaller
 * @param maxDelay how long the first image of a batch waits for others though a worker is free
 * @param maxQueued images that wait, for each version; a request beyond them is turned away
 */
public record BatchingConfig(int workers, int maxBatch, Duration latencyTarget, Duration maxDelay, int maxQueued) {

    public BatchingConfig {
        if (workers < 1 || maxBatch < 1) {
            throw new IllegalArgumentException(
                    "batching.workers and batching.maxBatch must be positive, not " + workers + " and " + maxBatch);
        }
        if (!latencyTarget.isPositive()) {
            throw new IllegalArgumentException("batching.latencyTarget must be positive, not " + latencyTarget);
        }
        if (maxDelay.isNegative()) {
            throw new IllegalArgumentException("batching.maxDelay must not be negative: " + maxDelay);
        }
        if (maxQueued < maxBatch) {
            throw new IllegalArgumentException(
                    "batching.maxQueued must hold a batch of " + maxBatch + ", and is " + maxQueued);
        }
    }

    /**
     * Two workers, 32 images, runs of 50 ms at most, 1,024 images waiting. A free worker takes what is there at once:
     * while all are busy, the next batch gathers by itself.
     */
    public static BatchingConfig defaults() {
        return new BatchingConfig(2, 32, Duration.ofMillis(50), Duration.ZERO, 1_024);
    }
}
