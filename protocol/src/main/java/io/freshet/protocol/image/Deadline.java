package io.freshet.protocol.image;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * When a decode is given up. Decoders ask while they work, for nothing stops a thread from outside. What counts is the time
 * in which the thread has worked: a machine that is busy with other things, as when a service starts, is not the image's
 * fault. For one thread.
 */
final class Deadline {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** The decode took longer than it may. */
    static final class PassedException extends IOException {

        private static final long serialVersionUID = 1L;

        PassedException(Duration limit) {
            super("Not decoded in " + limit.toMillis() + " ms of work");
        }
    }

    private final Duration limit;
    private long end;

    /** From now on. */
    Deadline(Duration limit) {
        this.limit = limit;
        this.end = worked() + limit.toNanos();
    }

    /** Gives all the time again: after a wait that was not the image's fault. */
    void restart() {
        end = worked() + limit.toNanos();
    }

    boolean isPassed() {
        return worked() - end > 0;
    }

    /** In nanoseconds; the time on the clock where nobody counts that of a thread. */
    private static long worked() {
        boolean counted = THREADS.isCurrentThreadCpuTimeSupported()
                && THREADS.isThreadCpuTimeEnabled()
                && !Thread.currentThread().isVirtual();
        return counted ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
    }

    void check() throws PassedException {
        if (isPassed()) {
            throw new PassedException(limit);
        }
    }
}
