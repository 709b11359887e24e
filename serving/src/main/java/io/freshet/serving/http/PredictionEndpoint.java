package io.freshet.serving.http;

import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Call;
import io.freshet.serving.inference.Compression;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RequestHeaders;
import io.freshet.serving.inference.RequestMetrics;
import io.freshet.serving.inference.Target;
import io.freshet.serving.model.Selector;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Prediction requests over HTTP, in whatever dialect: admitted on the event loop by what their headers say, and handed on
 * when their bodies are whole. Thread safe.
 */
final class PredictionEndpoint {

    private final Inference inference;
    private final RequestMetrics metrics;

    PredictionEndpoint(Inference inference, MeterRegistry registry) {
        this.inference = inference;
        this.metrics = new RequestMetrics(registry);
    }

    /** Turns a request down whose body is of no type that is taken. */
    void refuseType(HttpServerRequest request, Dialect dialect, String taken) {
        begin(request, dialect).fail(Refusals.unsupportedType(Headers.mediaType(request), taken));
    }

    /** Answers a request, sooner or later. */
    void handle(HttpServerRequest request, Dialect dialect, String name, Selector selector) {
        HttpExchange exchange = begin(request, dialect);
        switch (inference.find(name, selector)) {
            case Target.Found found -> admit(exchange, found);
            case Target.Missing missing -> exchange.fail(missing.failure());
        }
    }

    private HttpExchange begin(HttpServerRequest request, Dialect dialect) {
        return HttpExchange.begin(request, dialect, metrics, inference.tracing());
    }

    private void admit(HttpExchange exchange, Target.Found target) {
        HttpServerRequest request = exchange.request();
        int most = inference.limits().maxBodyBytes();
        try {
            Provenance provenance =
                    RequestHeaders.provenance(request::getHeader, exchange.requestId(), inference.defaultSource());
            OptionalInt jsonBytes = Headers.jsonBytes(request);
            Optional<Compression> packed = packed(request);
            long bytes = Headers.bodyBytes(request).orElse(0L);
            if (bytes > most) {
                throw new RefusedException(Failure.bodyTooLarge(most));
            }
            Admission.Ticket ticket =
                    inference.admission().admit(bytes).orElseThrow(() -> new RefusedException(Failure.overloaded()));
            exchange.whenAnswered(ticket::close);
            readBody(exchange, new Admitted(target, provenance, jsonBytes, packed, ticket), (int) bytes);
        } catch (RefusedException e) {
            exchange.fail(e.failure());
        }
    }

    private static Optional<Compression> packed(HttpServerRequest request) throws RefusedException {
        Optional<String> coding = Headers.contentEncoding(request);
        Optional<Compression> packed = coding.flatMap(Compression::named);
        if (coding.isPresent() && packed.isEmpty()) {
            throw new RefusedException(Refusals.unsupportedEncoding(coding.get()));
        }
        return packed;
    }

    /** A request that has its room, but not its body yet. */
    private record Admitted(
            Target.Found target,
            Provenance provenance,
            OptionalInt jsonBytes,
            Optional<Compression> packed,
            Admission.Ticket ticket) {}

    private void readBody(HttpExchange exchange, Admitted admitted, int knownBytes) {
        int most = inference.limits().maxBodyBytes();
        BodyReader.read(exchange.request(), knownBytes, most, admitted.ticket(), new BodyReader.Listener() {
            @Override
            public void whole(byte[] bytes) {
                RequestBody body = body(exchange, admitted, bytes);
                boolean light =
                        admitted.packed().isEmpty() && exchange.dialect().isLight(body);
                inference.answer(exchange, light, () -> call(exchange, admitted, body));
            }

            @Override
            public void refused(Failure failure) {
                exchange.fail(failure);
            }

            @Override
            public void broken() {
                exchange.abandon();
            }
        });
    }

    private static RequestBody body(HttpExchange exchange, Admitted admitted, byte[] bytes) {
        Optional<String> contentType = Optional.ofNullable(exchange.request().getHeader("Content-Type"));
        return new RequestBody(bytes, contentType, admitted.jsonBytes());
    }

    private Call call(HttpExchange exchange, Admitted admitted, RequestBody body) throws RefusedException {
        RequestBody unpacked = body;
        if (admitted.packed().isPresent()) {
            int most = inference.limits().maxBodyBytes();
            unpacked = body(exchange, admitted, admitted.packed().get().unpack(body.bytes(), most, admitted.ticket()));
        }
        Target.Found target = admitted.target();
        Dialect.Question question = exchange.dialect()
                .read(unpacked, target.descriptor(), inference.limits().maxImages());
        return new Call(
                target,
                question.images(),
                admitted.provenance(),
                question.light() && !exchange.packs(),
                answered -> exchange.succeed(
                        answered.model().modelVersion(), question.answer().apply(answered)));
    }
}
