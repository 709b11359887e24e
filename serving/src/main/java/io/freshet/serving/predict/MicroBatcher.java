package io.freshet.serving.predict;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.ImageScores;
import io.freshet.serving.model.ServableModel;
import io.freshet.serving.model.ServedModel;
import io.freshet.serving.predict.BatchQueue.Waiting;
import io.micrometer.core.instrument.DistributionSummary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a model's requests together in batches: a network runs 32 images in little more time than one. Each worker
 * thread has a direct buffer that it uses again and again. A batch runs on one leased version, the one that is in
 * service when it begins, and so do all images of a request.
 *
 * <p>Thread safe. The caller closes it, before the model.
 */
final class MicroBatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MicroBatcher.class);

    private final ServedModel model;
    private final int imageSize;
    private final int maxBatch;
    private final DistributionSummary batchSizes;
    private final BatchQueue queue;
    private final List<Thread> workers;

    /**
     * @param shape of the model's images
     * @param batchSizes records the images of each batch
     */
    MicroBatcher(ServedModel model, ImageShape shape, BatchingConfig config, DistributionSummary batchSizes) {
        this.model = model;
        this.imageSize = shape.size();
        this.maxBatch = config.maxBatch();
        this.batchSizes = batchSizes;
        this.queue = new BatchQueue(config.maxBatch(), config.maxDelay(), config.maxQueued());
        this.workers = IntStream.range(0, config.workers())
                .mapToObj(i -> Thread.ofPlatform()
                        .name("freshet-batch-" + model.name() + "-" + i)
                        .daemon()
                        .start(this::work))
                .toList();
    }

    /**
     * Takes a request's images.
     *
     * @param images each {@code [height, width, channels] uint8}
     * @param version that must answer; empty for the one in service
     * @return fails only if the network does; dependents that take time are for another thread than the completing one
     */
    CompletableFuture<BatchResult> submit(List<byte[]> images, OptionalLong version) {
        CompletableFuture<BatchResult> result = new CompletableFuture<>();
        if (!queue.offer(new Waiting(images, version, System.nanoTime(), result))) {
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
            for (List<Waiting> batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
                run(batch, buffer);
            }
        } catch (InterruptedException e) {
            LOG.warn("A worker of {} was interrupted", model.name());
        }
    }

    private void run(List<Waiting> batch, ByteBuffer buffer) {
        try {
            Optional<ServableModel.Lease> acquired = model.acquire();
            if (acquired.isEmpty()) {
                batch.forEach(request -> request.result().complete(new BatchResult.Unavailable()));
                return;
            }
            try (ServableModel.Lease lease = acquired.get()) {
                answer(forVersion(batch, lease.descriptor()), lease, buffer);
            }
        } catch (RuntimeException | Error e) {
            // Whatever a batch runs into, the next one must find the worker at work.
            batch.forEach(request -> request.result().completeExceptionally(e));
        }
    }

    /** The requests that take that version; the others are told. */
    private static List<Waiting> forVersion(List<Waiting> batch, ModelDescriptor inService) {
        List<Waiting> mine = new ArrayList<>(batch.size());
        for (Waiting request : batch) {
            if (request.version().isEmpty() || request.version().getAsLong() == inService.version()) {
                mine.add(request);
            } else {
                request.result().complete(new BatchResult.OtherVersion(inService.modelVersion()));
            }
        }
        return mine;
    }

    private void answer(List<Waiting> batch, ServableModel.Lease lease, ByteBuffer buffer) {
        List<byte[]> images = new ArrayList<>();
        batch.forEach(request -> images.addAll(request.images()));
        List<ImageScores> scores = new ArrayList<>(images.size());
        // More than one slice only for a request that is larger than a batch.
        for (int from = 0; from < images.size(); from += maxBatch) {
            List<byte[]> slice = images.subList(from, Math.min(images.size(), from + maxBatch));
            buffer.clear();
            slice.forEach(buffer::put);
            scores.addAll(lease.classify(buffer.flip(), slice.size()));
            batchSizes.record(slice.size());
        }
        if (!scores.stream().allMatch(ImageScores::isSound)) {
            throw new IllegalStateException(
                    lease.descriptor().modelVersion() + " answered with numbers that are no probabilities");
        }
        int from = 0;
        for (Waiting request : batch) {
            int to = from + request.images().size();
            request.result()
                    .complete(new BatchResult.Answered(lease.descriptor(), List.copyOf(scores.subList(from, to))));
            from = to;
        }
    }

    /** Takes no more requests, answers those that wait, and returns when the workers have come to their end. */
    @Override
    public void close() {
        queue.close();
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
