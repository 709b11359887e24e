package io.freshet.serving.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Reads a request's body up to a limit, and lets what goes beyond it pass by. On the request's event loop. */
final class BodyReader {

    /** What becomes of a body; one of the three is called, once. */
    interface Listener {

        void whole(byte[] body);

        void tooLarge();

        /** The connection is gone. */
        void broken();
    }

    private final int maxBytes;
    private final Listener listener;
    private Buffer body = Buffer.buffer();
    private boolean told;

    private BodyReader(int maxBytes, Listener listener) {
        this.maxBytes = maxBytes;
        this.listener = listener;
    }

    /** Begins to read; to be called before control goes back to the event loop, or bytes are missed. */
    static void read(HttpServerRequest request, int maxBytes, Listener listener) {
        BodyReader reader = new BodyReader(maxBytes, listener);
        request.exceptionHandler(fault -> reader.tell(listener::broken));
        request.endHandler(end -> reader.tell(() -> listener.whole(reader.body.getBytes())));
        request.handler(reader::append);
    }

    private void append(Buffer chunk) {
        if (told) {
            return;
        }
        if (body.length() + chunk.length() > maxBytes) {
            body = Buffer.buffer();
            tell(listener::tooLarge);
        } else {
            body.appendBuffer(chunk);
        }
    }

    private void tell(Runnable what) {
        if (!told) {
            told = true;
            what.run();
        }
    }
}
