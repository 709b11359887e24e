package io.freshet.serving.batch;

import io.freshet.serving.batch.BatchQueue.Waiting;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings requests for one network together in batches: it runs 32 images in little more time than one. Each worker
 * thread has a direct buffer that it uses again and again.
 *
 * <p>Thread safe. The caller closes it, before the network.
 */
public final class MicroBatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MicroBatcher.class);

    private final String name;
    private final Network network;
    private final int imageSize;
    private final int maxBatch;
    private final BatchMetrics metrics;
    private final BatchLimit limit;
    private final BatchQueue queue;
    private final CompletableFuture<Void> workers;

    /**
     * @param name of the network, for messages
     * @param network not closed by the batcher
     * @param imageSize bytes of an image
     * @param threads one for each worker, until the batcher is closed
     */
    public MicroBatcher(
            String name,
            Network network,
            int imageSize,
            BatchingConfig config,
            BatchMetrics metrics,
            Executor threads) {
        this.name = name;
        this.network = network;
        this.imageSize = imageSize;
        this.maxBatch = config.maxBatch();
        this.metrics = metrics;
        this.limit = new BatchLimit(config.maxBatch(), config.latencyTarget());
        this.queue = new BatchQueue(limit, config.maxDelay(), config.maxQueued());
        this.workers = CompletableFuture.allOf(IntStream.range(0, config.workers())
                .mapToObj(i -> CompletableFuture.runAsync(this::work, threads))
                .toArray(CompletableFuture<?>[]::new));
        metrics.opened(this);
    }

    /**
     * Takes a request's images, which run in one batch, or in batches of their own if they are more than one holds.
     *
     * @param images each one image or several, {@code [n, height, width, channels] uint8}, from the buffer's position to
     *     its limit; not to be changed until the result is there
     * @return completes on a worker, which dependents must not hold up; fails only if the network does
     */
    public CompletableFuture<BatchResult> submit(List<ByteBuffer> images) {
        CompletableFuture<BatchResult> result = new CompletableFuture<>();
        int count = images.stream().mapToInt(ByteBuffer::remaining).sum() / imageSize;
        if (!queue.offer(new Waiting(images, count, System.nanoTime(), result))) {
            result.complete(new BatchResult.Overloaded());
        }
        return result;
    }

    /** How many images wait. */
    int queued() {
        return queue.size();
    }

    private void work() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(maxBatch * imageSize);
        try {
            for (List<Waiting> batch = queue.take(); !batch.isEmpty(); batch = queue.takeNext()) {
                run(batch, buffer);
            }
        } catch (InterruptedException e) {
            LOG.warn("A worker of {} was interrupted", name);
        }
    }

    private void run(List<Waiting> batch, ByteBuffer buffer) {
        try {
            List<ImageScores> scores = new ArrayList<>();
            answer(batch, scores, classify(batch, buffer, scores));
        } catch (RuntimeException | Error e) {
            // Whatever a batch runs into, the next one must find the worker at work.
            batch.forEach(request -> request.result().completeExceptionally(e));
        }
    }

    /** @return all its runs together */
    private BatchRun classify(List<Waiting> batch, ByteBuffer buffer, List<ImageScores> scores) {
        List<ByteBuffer> images = new ArrayList<>();
        batch.forEach(request -> images.addAll(request.images()));
        if (images.size() == 1
                && images.getFirst().isDirect()
                && batch.getFirst().count() <= maxBatch) {
            return runNetwork(images.getFirst(), batch.getFirst().count(), scores);
        }
        BatchRun run = null;
        buffer.clear();
        for (ByteBuffer from : images) {
            ByteBuffer rest = from.duplicate();
            int end = rest.limit();
            while (rest.position() < end) {
                rest.limit(Math.min(end, rest.position() + buffer.remaining()));
                buffer.put(rest);
                if (!buffer.hasRemaining()) { // only for a request that is larger than a batch
                    run = after(run, runNetwork(buffer.flip(), maxBatch, scores));
                    buffer.clear();
                }
            }
        }
        if (buffer.position() > 0) {
            buffer.flip();
            run = after(run, runNetwork(buffer, buffer.remaining() / imageSize, scores));
        }
        return Objects.requireNonNull(run, "A batch has an image");
    }

    private static BatchRun after(@Nullable BatchRun earlier, BatchRun run) {
        return earlier == null ? run : earlier.and(run);
    }

    private BatchRun runNetwork(ByteBuffer images, int count, List<ImageScores> scores) {
        long start = System.nanoTime();
        List<ImageScores> batch = network.classify(images, count);
        BatchRun run = new BatchRun(count, start, System.nanoTime() - start);
        limit.ran(count, run.nanos());
        metrics.ran(run);
        if (!batch.stream().allMatch(ImageScores::isSound)) {
            throw new IllegalStateException(name + " answered with numbers that are no probabilities");
        }
        scores.addAll(batch);
        return run;
    }

    private static void answer(List<Waiting> batch, List<ImageScores> scores, BatchRun run) {
        int from = 0;
        for (Waiting request : batch) {
            int to = from + request.count();
            request.result().complete(new BatchResult.Answered(List.copyOf(scores.subList(from, to)), run));
            from = to;
        }
    }

    /** Takes no more requests, answers those that wait, and returns when the workers have come to their end. */
    @Override
    public void close() {
        queue.close();
        try {
            workers.join();
        } catch (CompletionException e) {
            LOG.error("A worker of {} came to a bad end", name, e);
        }
        metrics.closed(this);
    }
}
