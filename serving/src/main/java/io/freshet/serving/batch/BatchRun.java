package io.freshet.serving.batch;

/**
 * The network's run of a batch.
 *
 * @param images in the batch, of all its requests
 * @param start {@link System#nanoTime()} at which it began
 * @param nanos that it took
 */
public record BatchRun(int images, long start, long nanos) {

    /** Of a request that took several runs, the first and the next together. */
    BatchRun and(BatchRun next) {
        return new BatchRun(images + next.images, start, next.start + next.nanos - start);
    }
}
