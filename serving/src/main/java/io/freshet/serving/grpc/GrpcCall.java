package io.freshet.serving.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.freshet.serving.inference.EventLoop;
import io.freshet.serving.inference.Failure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One call, and what is sent back: messages, and in the end a status. Thread safe: what is sent from several threads comes
 * in the order in which the event loop gets it.
 */
final class GrpcCall {

    private static final String CONTENT_TYPE = "application/grpc+proto";
    private static final int PREFIX = 5;

    private final HttpServerRequest request;
    private final EventLoop eventLoop;
    private final AtomicBoolean ended = new AtomicBoolean();

    private GrpcCall(HttpServerRequest request, EventLoop eventLoop) {
        this.request = request;
        this.eventLoop = eventLoop;
    }

    /** On the call's event loop. */
    static GrpcCall begin(HttpServerRequest request) {
        return new GrpcCall(request, eventLoop(Vertx.currentContext()));
    }

    private static EventLoop eventLoop(Context context) {
        return new EventLoop(
                step -> context.runOnContext(turn -> step.run()), () -> context.equals(Vertx.currentContext()));
    }

    HttpServerRequest request() {
        return request;
    }

    Executor eventLoop() {
        return eventLoop;
    }

    /** Whether there is nobody to send anything to, or no need. */
    boolean isOver() {
        return ended.get() || request.response().closed();
    }

    /** Sends one message; headers count with the first only. */
    void send(MessageLite message, Map<String, String> headers) {
        Buffer frame = frame(message);
        eventLoop.executeNow(() -> {
            if (!isOver()) {
                begin(headers);
                request.response().write(frame);
            }
        });
    }

    /** Sends the only message, and ends the call. */
    void succeed(MessageLite message, Map<String, String> headers) {
        Buffer frame = frame(message);
        if (ended.compareAndSet(false, true)) {
            eventLoop.executeNow(() -> {
                if (!request.response().closed()) {
                    begin(headers);
                    endWell(frame);
                }
            });
        }
    }

    /** Ends the call after its messages. */
    void succeed() {
        if (ended.compareAndSet(false, true)) {
            eventLoop.execute(() -> {
                if (!request.response().closed()) {
                    begin(Map.of());
                    endWell(Buffer.buffer());
                }
            });
        }
    }

    void fail(Failure failure) {
        fail(GrpcStatus.of(failure));
    }

    void fail(GrpcStatus status) {
        if (ended.compareAndSet(false, true)) {
            eventLoop.execute(() -> {
                if (!request.response().closed()) {
                    endBadly(status);
                }
            });
        }
    }

    /** The client went away. */
    void abandon() {
        ended.set(true);
    }

    private void begin(Map<String, String> headers) {
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            response.putHeader("content-type", CONTENT_TYPE);
            headers.forEach(response::putHeader);
        }
    }

    /** All that is left in one go: each part that is sent for itself costs a system call. */
    private void endWell(Buffer rest) {
        request.response().putTrailer("grpc-status", Integer.toString(GrpcStatus.OK));
        request.response().end(rest);
    }

    /** In a header if nothing was sent before, since then there are no trailers. */
    private void endBadly(GrpcStatus status) {
        HttpServerResponse response = request.response();
        boolean first = !response.headWritten();
        begin(Map.of());
        Header put = first ? response::putHeader : response::putTrailer;
        put.put("grpc-status", Integer.toString(status.code()));
        put.put("grpc-message", status.encodedMessage());
        status.encodedDetails().ifPresent(details -> {
            put.put("grpc-status-details-bin", details);
            put.put("grpc-retry-pushback-ms", Long.toString(Failure.RETRY_AFTER.toMillis()));
        });
        response.end();
    }

    private interface Header {
        void put(String name, String value);
    }

    /** The message behind its prefix: not packed, its length, its bytes. */
    private static Buffer frame(MessageLite message) {
        int size = message.getSerializedSize();
        byte[] frame = new byte[PREFIX + size];
        ByteBuffer.wrap(frame).put((byte) 0).putInt(size);
        CodedOutputStream out = CodedOutputStream.newInstance(frame, PREFIX, size);
        try {
            message.writeTo(out);
            out.checkNoSpaceLeft();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is written to memory
        }
        return Buffer.buffer(frame);
    }
}
