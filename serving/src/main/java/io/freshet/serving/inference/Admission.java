package io.freshet.serving.inference;

import java.util.Optional;

/**
 * Bounds the requests under way and the bytes of their bodies, so that a flood costs no more memory than is set aside
 * for it. Thread safe.
 */
public final class Admission {

    private final int maxRequests;
    private final long maxBytes;
    private int requests;
    private long bytes;

    Admission(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /**
     * A ticket for a request, or none if there is no room. The caller closes it.
     *
     * @param bodyBytes as many as are known of beforehand; the ticket {@linkplain Ticket#grow grows} by the others
     */
    public synchronized Optional<Ticket> admit(long bodyBytes) {
        if (requests >= maxRequests || bytes + bodyBytes > maxBytes) {
            return Optional.empty();
        }
        requests++;
        bytes += bodyBytes;
        return Optional.of(new Ticket(bodyBytes));
    }

    /** A request's room. Thread safe. */
    public final class Ticket implements AutoCloseable {

        private long bodyBytes;
        private boolean closed;

        private Ticket(long bodyBytes) {
            this.bodyBytes = bodyBytes;
        }

        /** Takes room for so many more bytes, if there is any. */
        public boolean grow(long more) {
            synchronized (Admission.this) {
                if (closed || bytes + more > maxBytes) {
                    return false;
                }
                bytes += more;
                bodyBytes += more;
                return true;
            }
        }

        /** Gives the room back. Again does nothing. */
        @Override
        public void close() {
            synchronized (Admission.this) {
                if (!closed) {
                    closed = true;
                    requests--;
                    bytes -= bodyBytes;
                }
            }
        }
    }
}
