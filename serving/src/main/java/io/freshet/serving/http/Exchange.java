package io.freshet.serving.http;

import io.freshet.protocol.ModelVersion;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One prediction request and its one answer. Thread safe: the answer may be given on any thread. */
final class Exchange {

    private static final String MODEL_VERSION = "Freshet-Model-Version";
    private static final String RETRY_SECONDS = "1";
    private static final int CLIENT_CLOSED = 499; // for the metrics: nobody is there to read it

    private final HttpServerRequest request;
    private final Dialect dialect;
    private final String requestId;
    private final Context context;
    private final RequestMetrics metrics;
    private final Timer.Sample time;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile Runnable whenAnswered = () -> {};

    private Exchange(HttpServerRequest request, Dialect dialect, Context context, RequestMetrics metrics) {
        this.request = request;
        this.dialect = dialect;
        this.requestId = RequestHead.requestId(request);
        this.context = context;
        this.metrics = metrics;
        this.time = metrics.start();
    }

    /** On the request's event loop. */
    static Exchange begin(HttpServerRequest request, Dialect dialect, RequestMetrics metrics) {
        return new Exchange(request, dialect, Vertx.currentContext(), metrics);
    }

    HttpServerRequest request() {
        return request;
    }

    Dialect dialect() {
        return dialect;
    }

    String requestId() {
        return requestId;
    }

    /** What to do when the request's memory is free again. */
    void whenAnswered(Runnable action) {
        this.whenAnswered = action;
    }

    void succeed(ModelVersion version, byte[] json) {
        send(200, "application/json", json, Optional.of(version), false);
    }

    void fail(Failure failure) {
        ErrorForm form = dialect.errors();
        send(failure.status(), form.contentType(), form.write(failure), Optional.empty(), failure.passes());
    }

    /** The client went away before it had asked. */
    void abandon() {
        if (answered.compareAndSet(false, true)) {
            finish(CLIENT_CLOSED);
        }
    }

    private void send(int status, String contentType, byte[] body, Optional<ModelVersion> version, boolean retry) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        context.runOnContext(turn -> {
            HttpServerResponse response = request.response();
            if (!response.closed()) {
                response.setStatusCode(status)
                        .putHeader("Content-Type", contentType)
                        .putHeader(RequestHead.REQUEST_ID, requestId);
                version.ifPresent(v -> response.putHeader(MODEL_VERSION, v.toString()));
                if (retry) {
                    response.putHeader("Retry-After", RETRY_SECONDS);
                }
                response.end(Buffer.buffer(body));
            }
            finish(status);
        });
    }

    private void finish(int status) {
        metrics.stop(time, dialect.api(), status);
        whenAnswered.run();
    }
}
