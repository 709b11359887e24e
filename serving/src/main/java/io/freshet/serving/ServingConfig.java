package io.freshet.serving;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.GoldenTolerance;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.feedback.FeedbackConfig;
import io.freshet.serving.http.TlsConfig;
import io.freshet.serving.inference.LimitsConfig;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.stream.StreamConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How models are served.
 *
 * @param host address to listen on
 * @param port to listen on; 0 for any that is free
 * @param models names of the models to serve; none for all that are announced
 * @param trustedKeys files with public Ed25519 keys, with one of which a bundle must be signed; none to take unsigned ones
 * @param golden how far a version's answers may lie from those that it gave where it was made
 * @param cacheDirectory for bundles, for this process alone; may be lost, and is filled again from the store
 * @param eventLoops threads that read from and write to connections
 * @param requestThreads that read requests and decode images
 * @param sessionThreads inside one operation of a model; 0 for one a core
 * @param warmupShare of a core that a new version takes while it is warmed up beside those that serve
 * @param drainTime how long a close goes on answering while it says that it is not ready, and asks clients to leave: longer
 *     than whoever sends them takes to see that
 * @param closeTimeout how long a close waits for requests under way after that
 * @param adminToken that calls which load and unload models bring; where it is not set, none are taken
 */
public record ServingConfig(
        String host,
        int port,
        List<String> models,
        List<Path> trustedKeys,
        GoldenTolerance golden,
        Path cacheDirectory,
        int eventLoops,
        int requestThreads,
        int sessionThreads,
        double warmupShare,
        Duration drainTime,
        Duration closeTimeout,
        TlsConfig tls,
        Optional<String> adminToken,
        BatchingConfig batching,
        RolloutConfig rollout,
        CaptureConfig capture,
        FeedbackConfig feedback,
        StreamConfig stream,
        LimitsConfig limits) {

    public ServingConfig {
        models = List.copyOf(models);
        models.forEach(ModelVersion::requireName);
        trustedKeys = List.copyOf(trustedKeys);
        if (host.isBlank()) {
            throw new IllegalArgumentException("host must not be empty; 0.0.0.0 is all addresses");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must lie in 0 to 65535, not at " + port);
        }
        if (eventLoops < 1 || requestThreads < 1) {
            throw new IllegalArgumentException(
                    "eventLoops and requestThreads must be positive, not " + eventLoops + " and " + requestThreads);
        }
        if (sessionThreads < 0) {
            throw new IllegalArgumentException("sessionThreads must not be negative: " + sessionThreads);
        }
        if (!(warmupShare > 0 && warmupShare <= 1)) {
            throw new IllegalArgumentException("warmupShare must lie above 0 and at most at 1, not at " + warmupShare);
        }
        if (drainTime.isNegative()) {
            throw new IllegalArgumentException("drainTime must not be negative: " + drainTime);
        }
        if (closeTimeout.isNegative()) {
            throw new IllegalArgumentException("closeTimeout must not be negative: " + closeTimeout);
        }
        if (adminToken.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("adminToken must not be empty; left out, models cannot be unloaded");
        }
        if (stream.reads() && stream.maxImages() > batching.maxQueued()) {
            throw new IllegalArgumentException("stream.maxImages (" + stream.maxImages()
                    + ") must fit into batching.maxQueued (" + batching.maxQueued() + ")");
        }
        if (limits.maxImages() > batching.maxQueued()) {
            throw new IllegalArgumentException("batching.maxQueued (" + batching.maxQueued()
                    + ") must hold the images of the largest request, limits.maxImages (" + limits.maxImages() + ")");
        }
    }

    /** Port 8080 on all addresses, all announced models, a request thread a core. */
    public static ServingConfig defaults() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new ServingConfig(
                "0.0.0.0",
                8080,
                List.of(),
                List.of(),
                GoldenTolerance.defaults(),
                Path.of("data", "serving"),
                Math.clamp(cores / 2, 1, 8),
                cores,
                1,
                .5,
                Duration.ZERO,
                Duration.ofSeconds(10),
                TlsConfig.none(),
                Optional.empty(),
                BatchingConfig.defaults(),
                RolloutConfig.defaults(),
                CaptureConfig.defaults(),
                FeedbackConfig.defaults(),
                StreamConfig.defaults(),
                LimitsConfig.defaults());
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "ServingConfig[" + host + ":" + port + "]";
    }
}
