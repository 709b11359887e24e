package io.freshet.serving.http;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.inference.Compression;
import io.freshet.serving.inference.EventLoop;
import io.freshet.serving.inference.Exchange;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.RequestHeaders;
import io.freshet.serving.inference.RequestMetrics;
import io.freshet.serving.inference.RequestSpans;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Span;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** One prediction request over HTTP and its one answer. Thread safe: the answer may be given on any thread. */
final class HttpExchange implements Exchange {

    private final HttpServerRequest request;
    private final Dialect dialect;
    private final String requestId;
    private final EventLoop eventLoop;
    private final RequestMetrics metrics;
    private final Timer.Sample time;
    private final Span span;
    private final Optional<Compression> accepted;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile Runnable whenAnswered = () -> {};

    private HttpExchange(
            HttpServerRequest request, Dialect dialect, EventLoop eventLoop, RequestMetrics metrics, Tracing tracing) {
        this.request = request;
        this.dialect = dialect;
        this.requestId = RequestHeaders.requestId(request::getHeader);
        this.eventLoop = eventLoop;
        this.metrics = metrics;
        this.time = metrics.start();
        this.span =
                tracing.isOn() ? RequestSpans.begin(tracing, request::getHeader, dialect.api(), requestId) : Span.NOOP;
        this.accepted = Headers.accepted(request);
    }

    /** On the request's event loop. */
    static HttpExchange begin(HttpServerRequest request, Dialect dialect, RequestMetrics metrics, Tracing tracing) {
        return new HttpExchange(request, dialect, eventLoop(Vertx.currentContext()), metrics, tracing);
    }

    private static EventLoop eventLoop(Context context) {
        return new EventLoop(
                step -> context.runOnContext(turn -> step.run()), () -> context.equals(Vertx.currentContext()));
    }

    HttpServerRequest request() {
        return request;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Whether answers are packed, which is not for the event loop. */
    boolean packs() {
        return accepted.isPresent();
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public Span span() {
        return span;
    }

    @Override
    public Executor eventLoop() {
        return eventLoop;
    }

    /** What to do when the request's memory is free again. */
    void whenAnswered(Runnable action) {
        this.whenAnswered = action;
    }

    void succeed(ModelVersion version, Answer answer) {
        byte[] body = answer.body();
        Optional<Compression> packed = accepted.filter(compression -> Pages.isWorthPacking(body));
        byte[] sent = packed.map(compression -> compression.pack(body)).orElse(body);
        send(200, answer.contentType(), sent, response -> {
            response.putHeader(RequestHeaders.MODEL_VERSION, version.toString());
            packed.ifPresent(compression -> response.putHeader("Content-Encoding", compression.coding()));
            OptionalInt jsonBytes = answer.jsonBytes();
            if (jsonBytes.isPresent()) {
                response.putHeader(Headers.JSON_BYTES, Integer.toString(jsonBytes.getAsInt()));
            }
        });
    }

    @Override
    public void fail(Failure failure) {
        ErrorForm form = dialect.errors();
        send(failure.status(), form.contentType(), form.write(failure), response -> {
            if (failure.passes()) {
                response.putHeader("Retry-After", Long.toString(Failure.RETRY_AFTER.toSeconds()));
            }
        });
    }

    /** The client went away before it had asked. */
    void abandon() {
        if (answered.compareAndSet(false, true)) {
            finish(Failure.CLIENT_CLOSED);
        }
    }

    private interface MoreHeaders {
        void putTo(HttpServerResponse response);
    }

    private void send(int status, String contentType, byte[] body, MoreHeaders more) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        eventLoop.executeNow(() -> {
            HttpServerResponse response = request.response();
            if (!response.closed()) {
                response.setStatusCode(status)
                        .putHeader("Content-Type", contentType)
                        .putHeader(RequestHeaders.REQUEST_ID, requestId);
                more.putTo(response);
                response.end(Buffer.buffer(body));
            }
            finish(status);
        });
    }

    private void finish(int status) {
        metrics.stop(time, dialect.api(), status);
        RequestSpans.end(span, status);
        whenAnswered.run();
    }
}
