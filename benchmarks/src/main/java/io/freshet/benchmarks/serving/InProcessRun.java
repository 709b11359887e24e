package io.freshet.benchmarks.serving;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.ServingConfig;
import io.freshet.serving.model.Backoff;
import io.freshet.serving.model.ModelCache;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.SavedModelLoader;
import io.freshet.serving.model.Selector;
import io.freshet.serving.model.ServedModel;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionRequest;
import io.freshet.serving.predict.PredictionResult;
import io.freshet.serving.predict.Predictor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Serving without a network: callers on threads of their own ask the predictor for one image at a time.
 *
 * <p>Arguments: architecture, side, folder of the SavedModel, callers, seconds.
 */
final class InProcessRun {

    private InProcessRun() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        BenchmarkModel model = new BenchmarkModel(args[0], Integer.parseInt(args[1]));
        int callers = Integer.parseInt(args[3]);
        Duration time = Duration.ofSeconds(Integer.parseInt(args[4]));
        MeterRegistry registry = new SimpleMeterRegistry();
        Path scratch = Files.createTempDirectory("freshet-benchmark");
        try (ModelCache cache = ModelCache.open(scratch.resolve("cache"));
                ModelManager models = manager(scratch, cache, registry)) {
            ModelBundle bundle = model.seal(Path.of(args[2]), scratch.resolve("bundle"), 1);
            models.announce(announcement(scratch, bundle));
            ServedModel served = await(models);
            Predictor predictor = new Predictor(
                    ServingConfig.defaults().limits().image(),
                    Optional.empty(),
                    Clock.systemUTC(),
                    registry,
                    Tracing.off());
            System.out.println(ClosedLoop.run(callers, time, thread -> caller(model, served, predictor, thread))
                    .toLine());
        } finally {
            FileTree.delete(scratch);
        }
    }

    private static ModelManager manager(Path scratch, ModelCache cache, MeterRegistry registry) {
        ServingConfig config = ServingConfig.defaults();
        return new ModelManager(
                Set.of(BenchmarkModel.NAME),
                new ModelManager.Settings(config.batching(), config.rollout(), Backoff.DEFAULT),
                new FolderModelStore(scratch.resolve("store")),
                TrustedKeys.NONE,
                cache,
                new SavedModelLoader(
                        SessionOptions.forServing(config.sessionThreads()),
                        config.batching().maxBatch(),
                        config.golden(),
                        config.warmupShare()),
                withdrawn -> {},
                Clock.systemUTC(),
                registry,
                Tracing.off());
    }

    private static ModelAnnouncement announcement(Path scratch, ModelBundle bundle) throws IOException {
        return new ModelAnnouncement(
                bundle.descriptor().modelVersion(),
                new FolderModelStore(scratch.resolve("store"))
                        .put(bundle.descriptor().modelVersion(), bundle.folder()),
                bundle.manifestSha256(),
                Instant.EPOCH,
                ModelAnnouncement.Reason.PROMOTED,
                Optional.empty());
    }

    private static ServedModel await(ModelManager models) throws InterruptedException {
        while (true) {
            if (models.find(BenchmarkModel.NAME) instanceof ModelManager.Lookup.InService found) {
                return found.model();
            }
            Thread.sleep(Duration.ofMillis(20));
        }
    }

    private static ClosedLoop.Caller caller(BenchmarkModel model, ServedModel served, Predictor predictor, int thread) {
        PredictionRequest request = new PredictionRequest(
                served,
                new Selector.InService(),
                List.of(new ImageInput.Tensor(ByteBuffer.wrap(model.image(thread)))),
                new PredictionRequest.Provenance("request", "benchmark", false, "client-" + thread));
        return () -> predictor.predict(request).toCompletableFuture().join() instanceof PredictionResult.Answered;
    }
}
