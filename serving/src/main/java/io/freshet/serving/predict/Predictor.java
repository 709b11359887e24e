package io.freshet.serving.predict;

import io.freshet.protocol.SecondOpinion;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.capture.ServedImage;
import io.freshet.serving.capture.ServedPrediction;
import io.freshet.serving.capture.TrafficCapture;
import io.freshet.serving.model.Reply;
import io.freshet.serving.model.Route;
import io.freshet.serving.model.Routing;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers requests: decodes their images, has them classified by the version that each is for, and hands them with their
 * predictions to the capture. Thread safe.
 */
public final class Predictor {

    private final ImageDecoder decoder;
    private final Optional<TrafficCapture> capture;
    private final Clock clock;
    private final PredictionMetrics metrics;
    private final PredictionSpans spans;

    /** @param capture where served images go; empty if they go nowhere */
    public Predictor(
            DecodeLimits limits,
            Optional<TrafficCapture> capture,
            Clock clock,
            MeterRegistry registry,
            Tracing tracing) {
        this.decoder = new ImageDecoder(limits);
        this.capture = capture;
        this.clock = clock;
        this.metrics = new PredictionMetrics(registry);
        this.spans = new PredictionSpans(tracing, clock);
    }

    /**
     * Answers a request; decodes on the caller's thread.
     *
     * @return complete when the request may be answered, on a thread that dependents must not hold up; fails only if the
     *     network does
     * @throws IllegalArgumentException if a tensor has not the model's shape
     */
    public CompletionStage<PredictionResult> predict(PredictionRequest request) {
        return switch (request.model()
                .route(request.selector(), request.provenance().routingKey())) {
            case Routing.NoSuchVersion none -> completed(noSuchVersion(none));
            case Routing.Found found -> {
                try (Route route = found.route()) {
                    yield predict(request, route);
                }
            }
        };
    }

    private static PredictionResult noSuchVersion(Routing.NoSuchVersion none) {
        return none.inService().isEmpty()
                ? new PredictionResult.Unavailable()
                : new PredictionResult.OtherVersion(none.inService());
    }

    private CompletionStage<PredictionResult> predict(PredictionRequest request, Route route) {
        ImageShape shape = route.descriptor().input();
        List<ByteBuffer> pixels = new ArrayList<>(request.images().size());
        List<ServedImage> images = new ArrayList<>(request.images().size());
        for (ImageInput input : request.images()) {
            switch (ModelInput.of(input, shape, decoder)) {
                case ModelInput.Undecodable undecodable -> {
                    return completed(new PredictionResult.Undecodable(images.size(), undecodable.refused()));
                }
                case ModelInput.Pixels ready -> {
                    pixels.add(ready.pixels());
                    images.add(ready.image());
                }
            }
        }
        long since = request.span().isNoop() ? 0 : System.nanoTime();
        return route.classify(pixels).thenCompose(reply -> switch (reply) {
            case Reply.Answered answered -> finish(request, images, answered, since);
            case Reply.Overloaded overloaded -> completed(new PredictionResult.Overloaded());
        });
    }

    private static CompletionStage<PredictionResult> completed(PredictionResult result) {
        return CompletableFuture.completedFuture(result);
    }

    private CompletionStage<PredictionResult> finish(
            PredictionRequest request, List<ServedImage> images, Reply.Answered answered, long since) {
        metrics.answered(answered.scores());
        if (!request.span().isNoop()) {
            spans.answered(request.span(), images.size(), answered, since);
        }
        Instant now = clock.instant();
        List<ServedPrediction> served = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            served.add(new ServedPrediction(
                    request.eventId(i),
                    request.provenance().source(),
                    request.provenance().subject(),
                    now,
                    images.get(i),
                    answered.model(),
                    answered.scores().get(i),
                    shadow(answered, i),
                    request.span()));
        }
        PredictionResult result = new PredictionResult.Answered(answered.model(), List.copyOf(served));
        return request.provenance().captured() && capture.isPresent()
                ? capture.get()
                        .capture(request.provenance().requestId(), served)
                        .thenApply(done -> result)
                : completed(result);
    }

    private static CompletableFuture<Optional<SecondOpinion>> shadow(Reply.Answered answered, int image) {
        return answered.shadow()
                .thenApply(said -> said.map(shadow -> {
                    ImageScores scores = shadow.scores().get(image);
                    return new SecondOpinion(
                            shadow.model().version(),
                            shadow.model().classes().get(scores.label()),
                            scores.confidence());
                }))
                .exceptionally(fault -> Optional.empty()); // whatever a version on trial does, the image is captured
    }
}
