package io.freshet.benchmarks.serving;

import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.ServingConfig;
import io.freshet.serving.ServingService;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.rollout.StageConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A replica in a process of its own, with the default settings but for the capture, which is off. It ends when its
 * standard input does.
 *
 * <p>Arguments: folder of the {@link Site}, bootstrap servers, name of a {@link Rollout}.
 */
final class ServingProcess {

    /** Before the port, on the line that says that it listens. */
    static final String LISTENS = "LISTENS ";

    /** How a version comes into service. */
    enum Rollout {
        DIRECT,
        STAGED,
        CANARY_ONLY;

        RolloutConfig config() {
            RolloutConfig staged = RolloutConfig.defaults();
            StageConfig none = new StageConfig(0, 1, Duration.ZERO, Duration.ZERO);
            return switch (this) {
                case DIRECT -> RolloutConfig.direct();
                case STAGED -> staged;
                case CANARY_ONLY -> new RolloutConfig(none, staged.canary(), staged.criteria());
            };
        }
    }

    private ServingProcess() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (ServingService service = ServingService.start(
                config(folder.resolve("cache"), Rollout.valueOf(args[2]).config()),
                KafkaConnection.to(args[1]),
                new FolderModelStore(folder.resolve(Site.STORE)),
                registry)) {
            System.out.println(LISTENS + service.port());
            while (System.in.read() >= 0) {
                // nothing is said here
            }
        }
    }

    private static ServingConfig config(Path cache, RolloutConfig rollout) {
        ServingConfig defaults = ServingConfig.defaults();
        return new ServingConfig(
                "127.0.0.1",
                0,
                List.of(BenchmarkModel.NAME),
                defaults.trustedKeys(),
                defaults.golden(),
                cache,
                defaults.eventLoops(),
                defaults.requestThreads(),
                defaults.sessionThreads(),
                defaults.warmupShare(),
                defaults.drainTime(),
                defaults.closeTimeout(),
                defaults.tls(),
                defaults.adminToken(),
                defaults.batching(),
                rollout,
                withoutCapture(defaults.capture()),
                defaults.feedback(),
                defaults.stream(),
                defaults.limits());
    }

    private static CaptureConfig withoutCapture(CaptureConfig defaults) {
        return new CaptureConfig(
                CaptureMode.OFF,
                defaults.share(),
                defaults.maxPerSecond(),
                defaults.excludedSources(),
                defaults.source(),
                defaults.timeout(),
                defaults.linger(),
                defaults.bufferBytes(),
                defaults.sketchSize(),
                defaults.whenAway(),
                defaults.spoolDirectory(),
                defaults.spoolBytes(),
                defaults.images());
    }
}
