package io.freshet.serving.batch;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for batch workers, which outlive the version whose batches they run, and serve one that comes later. TensorFlow's
 * kernels and the C library keep what they have prepared with the thread: new ones for each version would make its first
 * batches slow, and leave memory behind.
 */
public final class BatchThreads {

    private static final Duration IDLE = Duration.ofDays(1);

    private BatchThreads() {}

    /** As many threads as are asked for. The caller shuts it down. */
    public static ExecutorService open() {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                worker -> Thread.ofPlatform()
                        .name("freshet-batch-" + count.getAndIncrement())
                        .daemon()
                        .unstarted(worker));
    }
}
