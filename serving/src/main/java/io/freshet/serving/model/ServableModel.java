package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.BatchMetrics;
import io.freshet.serving.batch.BatchResult;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.batch.MicroBatcher;
import io.freshet.serving.batch.Network;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded version with its batches, behind counted leases: it closes when it is retired and the last lease and the last
 * batch are done with, whichever comes last, and so never under a run. Thread safe.
 */
public final class ServableModel {

    private static final Logger LOG = LoggerFactory.getLogger(ServableModel.class);

    /**
     * What every version runs with.
     *
     * @param workers threads for the batches of all
     * @param closer runs the close, which waits for batch workers and so must not be one of them
     */
    record Surroundings(BatchingConfig batching, BatchMetrics metrics, Executor workers, Executor closer) {}

    private final ModelDescriptor descriptor;
    private final Network network;
    private final MicroBatcher batcher;
    private final Executor closer;
    private final Runnable whenClosed;

    /** Leases, batches under way, and one for being in service. Once it is 0 it stays 0: nobody gets hold of it again. */
    private final AtomicInteger holds = new AtomicInteger(1);

    private final AtomicBoolean retired = new AtomicBoolean();

    /**
     * @param network closed by this model
     * @param whenClosed called once, by the closer
     */
    ServableModel(ModelDescriptor descriptor, Network network, Surroundings surroundings, Runnable whenClosed) {
        this.descriptor = descriptor;
        this.network = network;
        this.closer = surroundings.closer();
        this.whenClosed = whenClosed;
        this.batcher = new MicroBatcher(
                descriptor.modelVersion().toString(),
                network,
                descriptor.input().size(),
                surroundings.batching(),
                surroundings.metrics(),
                surroundings.workers());
    }

    public ModelDescriptor descriptor() {
        return descriptor;
    }

    /** A lease to have images classified under, or none if the model is closed. The caller closes it. */
    public Optional<Lease> acquire() {
        int before = holds.getAndUpdate(count -> count == 0 ? 0 : count + 1);
        return before == 0 ? Optional.empty() : Optional.of(new Lease());
    }

    /** Takes the model out of service. Leases that are out stay good. */
    void retire() {
        if (retired.compareAndSet(false, true)) {
            release();
        }
    }

    private void release() {
        if (holds.decrementAndGet() == 0) {
            closer.execute(this::close);
        }
    }

    private void close() {
        try {
            batcher.close();
            network.close();
        } catch (RuntimeException e) {
            LOG.error("{} did not close in good order", descriptor.modelVersion(), e);
        }
        whenClosed.run();
    }

    /** Keeps the model open. Thread safe. */
    public final class Lease implements AutoCloseable {

        private final AtomicBoolean returned = new AtomicBoolean();

        private Lease() {}

        public ModelDescriptor descriptor() {
            return descriptor;
        }

        /**
         * Has images classified; the model stays open until they are, even if the lease is given back before.
         *
         * @param images as {@link MicroBatcher#submit} takes them
         * @return as of {@link MicroBatcher#submit}
         * @throws IllegalStateException if the lease was given back
         */
        public CompletableFuture<BatchResult> classify(List<ByteBuffer> images) {
            if (returned.get()) {
                throw new IllegalStateException("The lease on " + descriptor.modelVersion() + " was given back");
            }
            holds.incrementAndGet();
            return batcher.submit(images).whenComplete((result, fault) -> release());
        }

        /** Gives the lease back, which may close the model. Again does nothing. */
        @Override
        public void close() {
            if (returned.compareAndSet(false, true)) {
                release();
            }
        }
    }
}
