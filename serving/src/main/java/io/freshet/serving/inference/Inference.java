package io.freshet.serving.inference;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.Selector;
import io.freshet.serving.model.ServedModel;
import io.freshet.serving.predict.PredictionRequest;
import io.freshet.serving.predict.PredictionResult;
import io.freshet.serving.predict.Predictor;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a prediction request, whichever protocol brought it: its model is found, its body read, its images decoded
 * on a request thread, classified in a batch, and the answer is written. What takes microseconds stays on the event loop,
 * since each change of threads costs some. Thread safe.
 */
public final class Inference {

    /**
     * Threads for what would hold up an event loop.
     *
     * @param requests reads bodies and decodes images; what waits for it is bounded by the admission
     * @param replies writes answers, which must not wait behind images
     */
    public record Threads(Executor requests, Executor replies) {}

    /** Reads a request. */
    @FunctionalInterface
    public interface Reader {

        /** @throws RefusedException if it is none that can be answered */
        Call read() throws RefusedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Inference.class);

    private final ModelManager models;
    private final Predictor predictor;
    private final LimitsConfig limits;
    private final String defaultSource;
    private final Admission admission;
    private final Threads threads;
    private final Tracing tracing;
    private volatile boolean draining;

    /** @param defaultSource CloudEvents source of images whose request names none */
    public Inference(
            ModelManager models,
            Predictor predictor,
            LimitsConfig limits,
            String defaultSource,
            Threads threads,
            Tracing tracing) {
        this.models = models;
        this.predictor = predictor;
        this.limits = limits;
        this.defaultSource = defaultSource;
        this.admission = new Admission(limits.maxRequests(), limits.maxBodyBytesInAll());
        this.threads = threads;
        this.tracing = tracing;
    }

    public LimitsConfig limits() {
        return limits;
    }

    /** For all protocols together. */
    public Admission admission() {
        return admission;
    }

    public Tracing tracing() {
        return tracing;
    }

    public String defaultSource() {
        return defaultSource;
    }

    /** Whether the models are there, and clients are not being sent away. */
    public boolean isReady() {
        return !draining && models.isReady();
    }

    /** From now on it is not ready, so that clients go elsewhere; whoever comes is answered still. */
    public void drain() {
        draining = true;
    }

    /** Finds a model of which the selected version is in service. */
    public Target find(String name, Selector selector) {
        return switch (models.find(name)) {
            case ModelManager.Lookup.InService found -> find(found.model(), selector);
            case ModelManager.Lookup.NotYet notYet -> new Target.Missing(Failure.notReady(name));
            case ModelManager.Lookup.Unknown unknown ->
                new Target.Missing(Failure.unknownModel(name, unknown.others()));
        };
    }

    private static Target find(ServedModel model, Selector selector) {
        Optional<ModelDescriptor> found = model.descriptor(selector);
        return found.isPresent()
                ? new Target.Found(model, selector, found.get())
                : new Target.Missing(Failure.otherVersion(model.name(), selector, model.versions()));
    }

    /**
     * Answers a request, sooner or later; called on its event loop.
     *
     * @param light whether it is read in microseconds, and so on the event loop
     */
    public void answer(Exchange exchange, boolean light, Reader reader) {
        if (light) {
            guarded(exchange, () -> read(exchange, reader, true));
        } else {
            threads.requests().execute(() -> guarded(exchange, () -> read(exchange, reader, false)));
        }
    }

    private void read(Exchange exchange, Reader reader, boolean onEventLoop) {
        Call call;
        try {
            call = reader.read();
        } catch (RefusedException e) {
            exchange.fail(e.failure());
            return;
        }
        if (onEventLoop && call.decodes()) {
            threads.requests().execute(() -> guarded(exchange, () -> predict(exchange, call)));
        } else {
            predict(exchange, call);
        }
    }

    private void predict(Exchange exchange, Call call) {
        Executor executor = call.light() ? exchange.eventLoop() : threads.replies();
        Target.Found target = call.target();
        PredictionRequest request = new PredictionRequest(
                target.model(), target.selector(), call.images(), call.provenance(), exchange.span());
        predictor
                .predict(request)
                .thenAcceptAsync(result -> reply(exchange, call, result), executor)
                .exceptionally(fault -> {
                    fail(exchange, fault);
                    return null;
                });
    }

    private static void reply(Exchange exchange, Call call, PredictionResult result) {
        Target.Found target = call.target();
        switch (result) {
            case PredictionResult.Answered answered -> call.answer().accept(answered);
            case PredictionResult.Undecodable undecodable ->
                exchange.fail(Failure.undecodable(undecodable.image(), undecodable.refused()));
            case PredictionResult.Overloaded overloaded -> exchange.fail(Failure.overloaded());
            case PredictionResult.Unavailable unavailable ->
                exchange.fail(Failure.notReady(target.model().name()));
            case PredictionResult.OtherVersion other ->
                exchange.fail(Failure.otherVersion(target.model().name(), target.selector(), other.inService()));
        }
    }

    private static void guarded(Exchange exchange, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            fail(exchange, e); // a client must not wait for ever, whatever its image has set off
        }
    }

    private static void fail(Exchange exchange, Throwable fault) {
        LOG.error("Request {} failed", exchange.requestId(), fault);
        exchange.span().error(fault);
        exchange.fail(Failure.internal(exchange.requestId()));
    }
}
