package io.freshet.serving.predict;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.serving.capture.ServedImage;
import io.freshet.serving.capture.ServedPrediction;
import io.freshet.serving.capture.TrafficCapture;
import io.freshet.serving.model.ServedModel;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Answers requests: decodes their images, has them classified in batches, and hands them with their predictions to the
 * capture. Thread safe. The caller closes it, before the models and the capture.
 */
public final class Predictor implements AutoCloseable {

    private final BatchingConfig batching;
    private final ImageDecoder decoder;
    private final Optional<TrafficCapture> capture;
    private final Executor executor;
    private final Clock clock;
    private final Map<String, MicroBatcher> batchers = new ConcurrentHashMap<>();
    private final PredictionMetrics metrics;

    /**
     * @param capture where served images go; empty if they go nowhere
     * @param executor runs what is left to do once a batch is done
     */
    public Predictor(
            BatchingConfig batching,
            DecodeLimits limits,
            Optional<TrafficCapture> capture,
            Executor executor,
            Clock clock,
            MeterRegistry registry) {
        this.batching = batching;
        this.decoder = new ImageDecoder(limits);
        this.capture = capture;
        this.executor = executor;
        this.clock = clock;
        this.metrics = new PredictionMetrics(registry, batchers.values());
    }

    /**
     * Answers a request; decodes on the caller's thread.
     *
     * @return complete, on any thread, when the request may be answered; fails only if the network does
     * @throws IllegalArgumentException if a tensor has not the model's shape
     */
    public CompletionStage<PredictionResult> predict(PredictionRequest request) {
        Optional<ModelDescriptor> current = request.model().descriptor();
        if (current.isEmpty()) {
            return CompletableFuture.completedFuture(new PredictionResult.Unavailable());
        }
        ImageShape shape = current.get().input();
        List<byte[]> pixels = new ArrayList<>(request.images().size());
        List<ServedImage> images = new ArrayList<>(request.images().size());
        for (ImageInput input : request.images()) {
            switch (ModelInput.of(input, shape, decoder)) {
                case ModelInput.Undecodable undecodable -> {
                    return CompletableFuture.completedFuture(
                            new PredictionResult.Undecodable(images.size(), undecodable.refused()));
                }
                case ModelInput.Pixels ready -> {
                    pixels.add(ready.pixels());
                    images.add(ready.image());
                }
            }
        }
        return batcher(request.model(), shape)
                .submit(pixels, request.version())
                .thenComposeAsync(result -> finish(request, images, result), executor);
    }

    private MicroBatcher batcher(ServedModel model, ImageShape shape) {
        return batchers.computeIfAbsent(
                model.name(), name -> new MicroBatcher(model, shape, batching, metrics.batchSizes()));
    }

    private CompletionStage<PredictionResult> finish(
            PredictionRequest request, List<ServedImage> images, BatchResult result) {
        return switch (result) {
            case BatchResult.Answered answered -> capture(request, images, answered);
            case BatchResult.Overloaded overloaded -> completed(new PredictionResult.Overloaded());
            case BatchResult.Unavailable unavailable -> completed(new PredictionResult.Unavailable());
            case BatchResult.OtherVersion other -> completed(new PredictionResult.OtherVersion(other.inService()));
        };
    }

    private static CompletionStage<PredictionResult> completed(PredictionResult result) {
        return CompletableFuture.completedFuture(result);
    }

    private CompletionStage<PredictionResult> capture(
            PredictionRequest request, List<ServedImage> images, BatchResult.Answered answered) {
        metrics.answered(answered.scores());
        Instant now = clock.instant();
        List<ServedPrediction> served = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            served.add(new ServedPrediction(
                    request.eventId(i),
                    request.provenance().source(),
                    now,
                    images.get(i),
                    answered.model(),
                    answered.scores().get(i)));
        }
        PredictionResult result = new PredictionResult.Answered(answered.model(), List.copyOf(served));
        return request.provenance().captured() && capture.isPresent()
                ? capture.get()
                        .capture(request.provenance().requestId(), served)
                        .thenApply(done -> result)
                : completed(result);
    }

    /** Answers the requests that wait, and takes no more. */
    @Override
    public void close() {
        batchers.values().forEach(MicroBatcher::close);
    }
}
