package io.freshet.serving.grpc;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.grpc.wire.ModelInferResponse;
import io.freshet.serving.grpc.wire.ModelStreamInferResponse;
import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Api;
import io.freshet.serving.inference.Exchange;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.RequestHeaders;
import io.freshet.serving.inference.RequestMetrics;
import io.freshet.serving.inference.RequestSpans;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Span;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** One prediction request over gRPC and its one answer. Thread safe: the answer may be given on any thread. */
final class InferenceExchange implements Exchange {

    private final GrpcCall call;
    private final String requestId;
    private final RequestMetrics metrics;
    private final Timer.Sample time;
    private final Span span;
    private final Optional<Admission.Ticket> ticket;
    private final Optional<Runnable> next;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile String name = "";

    private InferenceExchange(
            GrpcCall call,
            RequestMetrics metrics,
            Tracing tracing,
            Optional<Admission.Ticket> ticket,
            Optional<Runnable> next) {
        this.call = call;
        this.requestId = RequestHeaders.requestId(call.request()::getHeader);
        this.metrics = metrics;
        this.time = metrics.start();
        this.span = tracing.isOn()
                ? RequestSpans.begin(tracing, call.request()::getHeader, Api.GRPC, requestId)
                : Span.NOOP;
        this.ticket = ticket;
        this.next = next;
    }

    /** A call's only request. */
    static InferenceExchange only(GrpcCall call, RequestMetrics metrics, Tracing tracing, Admission.Ticket ticket) {
        return new InferenceExchange(call, metrics, tracing, Optional.of(ticket), Optional.empty());
    }

    /** A request that there was no room for; its failure ends the call. */
    static InferenceExchange unread(GrpcCall call, RequestMetrics metrics, Tracing tracing) {
        return new InferenceExchange(call, metrics, tracing, Optional.empty(), Optional.empty());
    }

    /**
     * A request of a stream; its failure does not end the call.
     *
     * @param next run on the event loop once it is answered
     */
    static InferenceExchange ofStream(
            GrpcCall call, RequestMetrics metrics, Tracing tracing, Admission.Ticket ticket, Runnable next) {
        return new InferenceExchange(call, metrics, tracing, Optional.of(ticket), Optional.of(next));
    }

    HttpServerRequest request() {
        return call.request();
    }

    Admission.Ticket ticket() {
        return ticket.orElseThrow();
    }

    /** The client's name for the request, by which it knows the answer in a stream. */
    void name(String id) {
        name = id;
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
        return call.eventLoop();
    }

    void succeed(ModelVersion version, ModelInferResponse response) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        if (next.isPresent()) {
            call.send(
                    ModelStreamInferResponse.newBuilder()
                            .setInferResponse(response)
                            .build(),
                    Map.of());
        } else {
            call.succeed(
                    response,
                    Map.of(RequestHeaders.REQUEST_ID, requestId, RequestHeaders.MODEL_VERSION, version.toString()));
        }
        finish(200);
    }

    @Override
    public void fail(Failure failure) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        if (next.isPresent()) {
            call.send(
                    ModelStreamInferResponse.newBuilder()
                            .setErrorMessage(failure.detail())
                            .setInferResponse(ModelInferResponse.newBuilder().setId(name))
                            .build(),
                    Map.of());
        } else {
            call.fail(failure);
        }
        finish(failure.status());
    }

    private void finish(int status) {
        metrics.stop(time, Api.GRPC, status);
        RequestSpans.end(span, status);
        ticket.ifPresent(Admission.Ticket::close);
        next.ifPresent(eventLoop()::execute);
    }
}
