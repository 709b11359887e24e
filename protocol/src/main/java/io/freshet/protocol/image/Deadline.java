package io.freshet.protocol.image;

import java.io.IOException;
import java.time.Duration;

/** When a decode is given up. Decoders ask while they work, for nothing stops a thread from outside. For one thread. */
final class Deadline {

    /** The decode took longer than it may. */
    static final class PassedException extends IOException {

        private static final long serialVersionUID = 1L;

        PassedException(Duration limit) {
            super("Not decoded within " + limit.toMillis() + " ms");
        }
    }

    private final Duration limit;
    private long end;

    /** From now on. */
    Deadline(Duration limit) {
        this.limit = limit;
        this.end = System.nanoTime() + limit.toNanos();
    }

    /** Gives all the time again: after a wait that was not the image's fault. */
    void restart() {
        end = System.nanoTime() + limit.toNanos();
    }

    boolean isPassed() {
        return System.nanoTime() - end > 0;
    }

    void check() throws PassedException {
        if (isPassed()) {
            throw new PassedException(limit);
        }
    }
}
