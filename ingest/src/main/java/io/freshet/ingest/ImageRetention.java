package io.freshet.ingest;

import io.freshet.protocol.claim.ImageStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes images from the store when their time is over, now and every hour, on a thread of its own; that each process of
 * ingest does it harms nothing. Closed by whoever made it.
 */
final class ImageRetention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ImageRetention.class);
    private static final Duration PERIOD = Duration.ofHours(1);

    private final ImageStore store;
    private final Duration retention;
    private final Clock clock;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("freshet-image-retention").daemon().factory());

    ImageRetention(ImageStore store, Duration retention, Clock clock) {
        this.store = store;
        this.retention = retention;
        this.clock = clock;
    }

    void start() {
        var unused = executor.scheduleWithFixedDelay(this::clean, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    void clean() {
        try {
            int deleted = store.deleteOlderThan(clock.instant().minus(retention));
            if (deleted > 0) {
                LOG.info("{} images that were older than {} are deleted from the {}", deleted, retention, store);
            }
        } catch (IOException | RuntimeException e) { // which would else be the last time
            LOG.warn("Old images could not be deleted from the {}, which is tried again: {}", store, e.toString());
        }
    }

    /** What is being deleted may still be. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
