package io.freshet.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.GoldenTolerance;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.inference.AdminGate;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.LimitsConfig;
import io.freshet.serving.model.Backoff;
import io.freshet.serving.model.ModelCache;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.SavedModelLoader;
import io.freshet.serving.predict.Predictor;
import io.freshet.serving.rollout.RolloutConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptionTest {

    @TempDir
    Path folder;

    @Test
    void thePathsThatAreServedAreThoseThatAreDescribed() throws Exception {
        JsonNode paths = new ObjectMapper().readTree(Description.read()).get("paths");
        Set<String> described = new TreeSet<>();
        paths.properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));

        assertThat(served()).isEqualTo(described);
    }

    private Set<String> served() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ModelManager.Settings settings =
                new ModelManager.Settings(BatchingConfig.defaults(), RolloutConfig.direct(), Backoff.DEFAULT);
        Clock clock = Clock.systemUTC();
        try (ModelCache cache = ModelCache.open(folder.resolve("cache"));
                ModelManager models = new ModelManager(
                        Set.of(),
                        settings,
                        new FolderModelStore(folder.resolve("store")),
                        TrustedKeys.NONE,
                        cache,
                        new SavedModelLoader(SessionOptions.forServing(1), 1, GoldenTolerance.defaults(), 1),
                        announcement -> {},
                        clock,
                        registry,
                        Tracing.off())) {
            Predictor predictor = new Predictor(DecodeLimits.DEFAULT, Optional.empty(), clock, registry, Tracing.off());
            Inference inference = new Inference(
                    models,
                    predictor,
                    LimitsConfig.defaults(),
                    "test",
                    new Inference.Threads(Runnable::run, Runnable::run),
                    Tracing.off());
            Routes routes = new Routes(
                    inference,
                    models,
                    new AdminGate(Optional.empty()),
                    new FeedbackEndpoint(Optional.empty(), "test", 1, inference.admission(), Runnable::run),
                    registry);
            Set<String> served = new TreeSet<>(Set.of("GET /metrics"));
            routes.all().forEach(route -> served.add(route.method() + " " + route.template()));
            return served;
        }
    }
}
