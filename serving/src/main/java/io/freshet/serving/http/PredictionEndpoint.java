package io.freshet.serving.http;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.Selector;
import io.freshet.serving.model.ServedModel;
import io.freshet.serving.predict.PredictionRequest;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import io.freshet.serving.predict.PredictionResult;
import io.freshet.serving.predict.Predictor;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a prediction request, in whatever dialect: admitted and read on the event loop, decoded on a request
 * thread, classified in a batch, answered from a reply thread. Thread safe.
 */
public final class PredictionEndpoint {

    /**
     * Threads for what would hold up an event loop.
     *
     * @param requests reads bodies and decodes images; what waits for it is bounded by the admission
     * @param replies writes answers, which must not wait behind images
     */
    public record Threads(Executor requests, Executor replies) {}

    private static final Logger LOG = LoggerFactory.getLogger(PredictionEndpoint.class);

    private final ModelManager models;
    private final Predictor predictor;
    private final LimitsConfig limits;
    private final String defaultSource;
    private final Admission admission;
    private final Threads threads;
    private final RequestMetrics metrics;

    /** @param defaultSource CloudEvents source of images whose request names none */
    public PredictionEndpoint(
            ModelManager models,
            Predictor predictor,
            LimitsConfig limits,
            String defaultSource,
            Threads threads,
            MeterRegistry registry) {
        this.models = models;
        this.predictor = predictor;
        this.limits = limits;
        this.defaultSource = defaultSource;
        this.admission = new Admission(limits.maxRequests(), limits.maxBodyBytesInAll());
        this.threads = threads;
        this.metrics = new RequestMetrics(registry);
    }

    /** Turns a request down whose body is of no type that is taken. */
    void refuseType(HttpServerRequest request, Dialect dialect, String taken) {
        Exchange exchange = Exchange.begin(request, dialect, metrics);
        exchange.fail(Failure.unsupportedType(RequestHead.mediaType(request), taken));
    }

    /** Answers a request, sooner or later. */
    void handle(HttpServerRequest request, Dialect dialect, String name, Selector selector) {
        Exchange exchange = Exchange.begin(request, dialect, metrics);
        switch (models.find(name)) {
            case ModelManager.Lookup.InService found -> admit(exchange, found.model(), selector);
            case ModelManager.Lookup.NotYet notYet -> exchange.fail(Failure.notReady(name));
            case ModelManager.Lookup.Unknown unknown -> exchange.fail(Failure.unknownModel(name, unknown.others()));
        }
    }

    private void admit(Exchange exchange, ServedModel model, Selector selector) {
        if (model.descriptor(selector).isEmpty()) {
            exchange.fail(Failure.otherVersion(model.name(), selector, model.versions()));
            return;
        }
        Optional<Provenance> provenance =
                RequestHead.provenance(exchange.request(), exchange.requestId(), defaultSource);
        if (provenance.isEmpty()) {
            exchange.fail(Failure.badRequest(RequestHead.SOURCE + " must be a URI reference"));
            return;
        }
        readBody(exchange, model, selector, provenance.get());
    }

    private void readBody(Exchange exchange, ServedModel model, Selector selector, Provenance provenance) {
        long bytes = RequestHead.bodyBytes(exchange.request()).orElse((long) limits.maxBodyBytes());
        if (bytes > limits.maxBodyBytes()) {
            exchange.fail(Failure.bodyTooLarge(limits.maxBodyBytes()));
            return;
        }
        Optional<Admission.Ticket> ticket = admission.admit(bytes);
        if (ticket.isEmpty()) {
            exchange.fail(Failure.overloaded());
            return;
        }
        exchange.whenAnswered(ticket.get()::close);
        BodyReader.read(exchange.request(), limits.maxBodyBytes(), new BodyReader.Listener() {
            @Override
            public void whole(byte[] body) {
                threads.requests().execute(() -> predict(exchange, model, selector, provenance, body));
            }

            @Override
            public void tooLarge() {
                exchange.fail(Failure.bodyTooLarge(limits.maxBodyBytes()));
            }

            @Override
            public void broken() {
                exchange.abandon();
            }
        });
    }

    private void predict(Exchange exchange, ServedModel model, Selector selector, Provenance provenance, byte[] body) {
        try {
            Optional<ModelDescriptor> descriptor = model.descriptor();
            if (descriptor.isEmpty()) {
                exchange.fail(Failure.notReady(model.name()));
                return;
            }
            Optional<String> type = Optional.ofNullable(exchange.request().getHeader("Content-Type"));
            switch (exchange.dialect().read(body, type, descriptor.get(), limits.maxImages())) {
                case ReadResult.Malformed malformed -> exchange.fail(Failure.badRequest(malformed.detail()));
                case ReadResult.Call call ->
                    predictor
                            .predict(new PredictionRequest(model, selector, call.images(), provenance))
                            .thenAcceptAsync(
                                    result -> reply(exchange, model, selector, call.answer(), result),
                                    threads.replies())
                            .exceptionally(fault -> {
                                fail(exchange, fault);
                                return null;
                            });
            }
        } catch (RuntimeException | Error e) {
            fail(exchange, e); // a client must not wait for ever, whatever its image has set off
        }
    }

    private static void reply(
            Exchange exchange,
            ServedModel model,
            Selector selector,
            Function<PredictionResult.Answered, Object> answer,
            PredictionResult result) {
        switch (result) {
            case PredictionResult.Answered answered ->
                exchange.succeed(answered.model().modelVersion(), Json.write(answer.apply(answered)));
            case PredictionResult.Undecodable undecodable ->
                exchange.fail(Failure.undecodable(undecodable.image(), undecodable.refused()));
            case PredictionResult.Overloaded overloaded -> exchange.fail(Failure.overloaded());
            case PredictionResult.Unavailable unavailable -> exchange.fail(Failure.notReady(model.name()));
            case PredictionResult.OtherVersion other ->
                exchange.fail(Failure.otherVersion(model.name(), selector, other.inService()));
        }
    }

    private static void fail(Exchange exchange, Throwable fault) {
        LOG.error("Request {} failed", exchange.requestId(), fault);
        exchange.fail(Failure.internal(exchange.requestId()));
    }
}
