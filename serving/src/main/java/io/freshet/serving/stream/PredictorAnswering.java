package io.freshet.serving.stream;

import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.Selector;
import io.freshet.serving.model.ServedModel;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionRequest;
import io.freshet.serving.predict.PredictionResult;
import io.freshet.serving.predict.Predictor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from the models in service, in the same batches as other requests. Where there is no room, or no model yet, it
 * tries again: an image in a topic can wait. Thread safe.
 */
final class PredictorAnswering implements Answering {

    private static final Logger LOG = LoggerFactory.getLogger(PredictorAnswering.class);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final String defaultModel;
    private final ModelManager models;
    private final Predictor predictor;
    private final Executor executor;

    /**
     * @param defaultModel empty for the only one in service
     * @param executor decodes images
     */
    PredictorAnswering(String defaultModel, ModelManager models, Predictor predictor, Executor executor) {
        this.defaultModel = defaultModel;
        this.models = models;
        this.predictor = predictor;
        this.executor = executor;
    }

    @Override
    public CompletionStage<StreamResponse> answer(StreamRequest request) {
        return attempt(request, executor);
    }

    private CompletableFuture<StreamResponse> attempt(StreamRequest request, Executor when) {
        return CompletableFuture.supplyAsync(() -> find(request), when)
                .thenCompose(stage -> stage)
                .exceptionally(fault -> failed(request, fault));
    }

    private CompletionStage<StreamResponse> find(StreamRequest request) {
        String name = request.model().orElse(defaultModel);
        if (name.isEmpty()) {
            List<String> inService = models.inService();
            if (inService.size() > 1) {
                return done(StreamResponse.problem(
                        400, "Which model shall answer? In the header freshet-model, one of " + inService));
            }
            return inService.isEmpty() ? again(request) : find(request, inService.getFirst());
        }
        return find(request, name);
    }

    private CompletionStage<StreamResponse> find(StreamRequest request, String name) {
        return switch (models.find(name)) {
            case ModelManager.Lookup.InService found -> predict(request, found.model());
            case ModelManager.Lookup.NotYet notYet -> again(request);
            case ModelManager.Lookup.Unknown unknown ->
                done(StreamResponse.problem(
                        400, "There is no model '" + name + "'; in service: " + String.join(", ", unknown.others())));
        };
    }

    private CompletionStage<StreamResponse> predict(StreamRequest request, ServedModel model) {
        ImageInput image = new ImageInput.Encoded(request.content(), request.contentType());
        PredictionRequest prediction =
                new PredictionRequest(model, new Selector.InService(), List.of(image), request.provenance());
        return predictor.predict(prediction).thenCompose(result -> switch (result) {
            case PredictionResult.Answered answered -> done(StreamResponse.of(answered));
            case PredictionResult.Undecodable undecodable -> done(StreamResponse.undecodable(undecodable.refused()));
            case PredictionResult.Overloaded overloaded -> again(request);
            case PredictionResult.Unavailable unavailable -> again(request);
            case PredictionResult.OtherVersion other -> again(request);
        });
    }

    private CompletionStage<StreamResponse> again(StreamRequest request) {
        return attempt(request, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, executor));
    }

    private static CompletionStage<StreamResponse> done(StreamResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private static StreamResponse failed(StreamRequest request, Throwable fault) {
        LOG.error("Request {} from Kafka failed", request.provenance().requestId(), fault);
        return StreamResponse.problem(
                500,
                "The prediction failed; the log says why, under request "
                        + request.provenance().requestId());
    }
}
