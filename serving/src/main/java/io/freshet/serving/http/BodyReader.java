package io.freshet.serving.http;

import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;

/** Reads a request's body up to a limit, and lets what goes beyond it pass by. On the request's event loop. */
final class BodyReader {

    /** What becomes of a body; one of the three is called, once. */
    interface Listener {

        void whole(byte[] body);

        void refused(Failure failure);

        /** The connection is gone. */
        void broken();
    }

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private final Admission.Ticket ticket;
    private final Listener listener;
    private byte[] body;
    private int length;
    private boolean told;

    private BodyReader(int firstBytes, int maxBytes, Admission.Ticket ticket, Listener listener) {
        this.body = new byte[firstBytes];
        this.maxBytes = maxBytes;
        this.ticket = ticket;
        this.listener = listener;
    }

    /**
     * Begins to read; to be called before control goes back to the event loop, or bytes are missed.
     *
     * @param knownBytes for which the ticket was given; 0 if the client does not say how many will come
     * @param ticket grows by the others
     */
    static void read(
            HttpServerRequest request, int knownBytes, int maxBytes, Admission.Ticket ticket, Listener listener) {
        BodyReader reader = new BodyReader(knownBytes, maxBytes, ticket, listener);
        request.exceptionHandler(fault -> reader.tell(listener::broken));
        request.endHandler(end -> reader.tell(() -> listener.whole(reader.whole())));
        request.handler(reader::append);
    }

    private void append(Buffer chunk) {
        if (told) {
            return;
        }
        int needed = length + chunk.length();
        if (needed > maxBytes) {
            refuse(Failure.bodyTooLarge(maxBytes));
        } else if (needed > body.length && !grow(needed)) {
            refuse(Failure.overloaded());
        } else {
            chunk.getBytes(body, length);
            length = needed;
        }
    }

    private boolean grow(int needed) {
        int size = Math.min(maxBytes, Math.max(needed, 2 * body.length));
        if (!ticket.grow(size - body.length)) {
            return false;
        }
        body = Arrays.copyOf(body, size);
        return true;
    }

    private byte[] whole() {
        return length == body.length ? body : Arrays.copyOf(body, length);
    }

    private void refuse(Failure failure) {
        body = NOTHING;
        tell(() -> listener.refused(failure));
    }

    private void tell(Runnable what) {
        if (!told) {
            told = true;
            what.run();
        }
    }
}
