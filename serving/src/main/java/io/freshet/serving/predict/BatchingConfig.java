package io.freshet.serving.predict;

import java.time.Duration;

/**
 * How requests come together in batches.
 *
 * @param workers threads that run batches, for each model
 * @param maxBatch images in a batch
 * @param maxDelay how long the first image of a batch waits for others
 * @param maxQueued images that wait, for each model; a request beyond them is turned away
 */
public record BatchingConfig(int workers, int maxBatch, Duration maxDelay, int maxQueued) {

    public BatchingConfig {
        if (workers < 1 || maxBatch < 1) {
            throw new IllegalArgumentException(
                    "batching.workers and batching.maxBatch must be positive, not " + workers + " and " + maxBatch);
        }
        if (maxDelay.isNegative()) {
            throw new IllegalArgumentException("batching.maxDelay must not be negative: " + maxDelay);
        }
        if (maxQueued < maxBatch) {
            throw new IllegalArgumentException(
                    "batching.maxQueued must hold a batch of " + maxBatch + ", and is " + maxQueued);
        }
    }

    /** Two workers, 32 images, a millisecond, 1,024 waiting. */
    public static BatchingConfig defaults() {
        return new BatchingConfig(2, 32, Duration.ofMillis(1), 1_024);
    }
}
