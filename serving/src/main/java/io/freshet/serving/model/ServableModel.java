package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelDescriptor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded version behind counted leases: it closes when it is retired and the last lease is given back, whichever comes
 * last, and so never under a run. Thread safe.
 */
public final class ServableModel {

    private static final Logger LOG = LoggerFactory.getLogger(ServableModel.class);

    private final ModelDescriptor descriptor;
    private final Network network;
    private final Runnable whenClosed;

    /** Leases, and one for being in service. Once it is 0 it stays 0: nobody gets hold of a closed network. */
    private final AtomicInteger holds = new AtomicInteger(1);

    private final AtomicBoolean retired = new AtomicBoolean();

    /**
     * @param network closed by this model
     * @param whenClosed called once, on the thread that gives back the last lease
     */
    ServableModel(ModelDescriptor descriptor, Network network, Runnable whenClosed) {
        this.descriptor = descriptor;
        this.network = network;
        this.whenClosed = whenClosed;
    }

    public ModelDescriptor descriptor() {
        return descriptor;
    }

    /** A lease to run batches under, or none if the model is closed. The caller closes it. */
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
            try {
                network.close();
            } catch (RuntimeException e) {
                // Whoever gave back the last lease has nothing to do with it.
                LOG.error("{} did not close in good order", descriptor.modelVersion(), e);
            }
            whenClosed.run();
        }
    }

    /** Keeps the model open. For one thread at a time. */
    public final class Lease implements AutoCloseable {

        private final AtomicBoolean returned = new AtomicBoolean();

        private Lease() {}

        public ModelDescriptor descriptor() {
            return descriptor;
        }

        /**
         * Runs a batch.
         *
         * @param images {@code [count, height, width, channels] uint8}, as {@link Network#classify} takes them
         * @throws IllegalStateException if the lease was given back
         */
        public List<ImageScores> classify(ByteBuffer images, int count) {
            if (returned.get()) {
                throw new IllegalStateException("The lease on " + descriptor.modelVersion() + " was given back");
            }
            return network.classify(images, count);
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
