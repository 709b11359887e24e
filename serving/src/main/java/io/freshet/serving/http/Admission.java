package io.freshet.serving.http;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the requests under way and the bytes of their bodies, so that a flood costs no more memory than is set aside
 * for it. Thread safe.
 */
final class Admission {

    private final int maxRequests;
    private final long maxBytes;
    private int requests;
    private long bytes;

    Admission(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** A ticket for a request with that much of a body, or none if there is no room. The caller closes it. */
    synchronized Optional<Ticket> admit(long bodyBytes) {
        if (requests >= maxRequests || bytes + bodyBytes > maxBytes) {
            return Optional.empty();
        }
        requests++;
        bytes += bodyBytes;
        return Optional.of(new Ticket(bodyBytes));
    }

    private synchronized void leave(long bodyBytes) {
        requests--;
        bytes -= bodyBytes;
    }

    /** A request's room. Thread safe. */
    final class Ticket implements AutoCloseable {

        private final long bodyBytes;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Ticket(long bodyBytes) {
            this.bodyBytes = bodyBytes;
        }

        /** Gives the room back. Again does nothing. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                leave(bodyBytes);
            }
        }
    }
}
