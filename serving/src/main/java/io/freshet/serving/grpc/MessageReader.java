package io.freshet.serving.grpc;

import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a call's bytes into messages: each is a flag, its length in four bytes, and its bytes. Room is asked for as soon as
 * the length is known, so that what a stranger sends never lies in memory uncounted. On the call's event loop.
 */
final class MessageReader {

    /** What becomes of the messages. */
    interface Listener {

        /**
         * A message; the next comes after {@link #next}.
         *
         * @param ticket the message's room, which the listener closes
         */
        void message(byte[] message, boolean packed, Admission.Ticket ticket);

        /** There will be no more. */
        void end();

        /** There will be no more, since this one cannot be taken. */
        void refused(Failure failure);

        /** The client went away. */
        void broken();
    }

    private static final int PREFIX = 5;

    private final HttpServerRequest request;
    private final int maxBytes;
    private final Admission admission;
    private final Listener listener;
    private final byte[] prefix = new byte[PREFIX];
    private byte @Nullable [] message;
    private Admission.@Nullable Ticket ticket;
    private int filled; // of the prefix, or else of the message
    private Buffer rest = Buffer.buffer(); // what came behind a message
    private boolean waiting;
    private boolean over;

    private MessageReader(HttpServerRequest request, int maxBytes, Admission admission, Listener listener) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.admission = admission;
        this.listener = listener;
    }

    /** Begins to read; to be called before control goes back to the event loop, or bytes are missed. */
    static MessageReader read(HttpServerRequest request, int maxBytes, Admission admission, Listener listener) {
        MessageReader reader = new MessageReader(request, maxBytes, admission, listener);
        request.exceptionHandler(fault -> reader.abandon());
        request.endHandler(end -> reader.end());
        request.handler(reader::append);
        return reader;
    }

    /** Reads on, to the next message. */
    void next() {
        if (waiting) {
            waiting = false;
            Buffer left = rest;
            rest = Buffer.buffer();
            append(left);
            if (!waiting) {
                request.resume();
            }
        }
    }

    private void append(Buffer chunk) {
        int at = 0;
        while (at < chunk.length() && !over) {
            if (waiting) {
                rest.appendBuffer(chunk.slice(at, chunk.length()));
                return;
            }
            at += message == null ? fillPrefix(chunk, at) : fill(message, chunk, at);
            if (message != null && filled == message.length) {
                deliver(message);
            }
        }
    }

    private int fill(byte[] target, Buffer chunk, int at) {
        int count = Math.min(target.length - filled, chunk.length() - at);
        chunk.getBytes(at, at + count, target, filled);
        filled += count;
        return count;
    }

    private int fillPrefix(Buffer chunk, int at) {
        int count = fill(prefix, chunk, at);
        if (filled == PREFIX) {
            begin(Buffer.buffer(prefix).getUnsignedInt(1));
        }
        return count;
    }

    private void begin(long length) {
        if (length > maxBytes) {
            refuse(Failure.bodyTooLarge(maxBytes));
            return;
        }
        ticket = admission.admit(length).orElse(null);
        if (ticket == null) {
            refuse(Failure.overloaded());
            return;
        }
        message = new byte[(int) length];
        filled = 0;
    }

    private void deliver(byte[] whole) {
        Admission.Ticket room = ticket;
        message = null;
        ticket = null;
        filled = 0;
        if (room != null) {
            waiting = true;
            request.pause();
            listener.message(whole, prefix[0] != 0, room);
        }
    }

    private void refuse(Failure failure) {
        over = true;
        listener.refused(failure);
    }

    private void end() {
        if (!over) {
            over = true;
            if (filled == 0 && message == null) {
                listener.end();
            } else {
                giveBack();
                listener.refused(Failure.badRequest("The last message is cut off"));
            }
        }
    }

    private void abandon() {
        over = true;
        giveBack();
        listener.broken();
    }

    private void giveBack() {
        if (ticket != null) {
            ticket.close();
            ticket = null;
        }
    }
}
