package io.freshet.ingest;

import io.freshet.ingest.accuracy.AccuracyConfig;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.ingest.drift.DriftConfig;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Ingest in a process of its own, which can be killed. */
final class IngestProcess {

    /** Lets all through, and asks for no round. */
    private static final BudgetConfig AMPLE =
            new BudgetConfig(1_000_000, 1_000_000_000_000L, Duration.ofSeconds(10), 1, 1, .5, 100);

    private IngestProcess() {}

    /** Runs until it is killed; takes the brokers and a folder for its state. */
    public static void main(String[] arguments) throws InterruptedException {
        IngestConfig config = new IngestConfig(
                "ingest-kill",
                2,
                Path.of(arguments[1]),
                -1,
                DecodeLimits.DEFAULT,
                512,
                ImagesConfig.defaults(),
                DeduplicationConfig.defaults(),
                new AuditConfig(.02, "salt"),
                AMPLE,
                DriftConfig.defaults(),
                AccuracyConfig.defaults());
        IngestService service = new IngestService(
                config, KafkaConnection.to(arguments[0]), new SimpleMeterRegistry(), Clock.systemUTC());
        service.start();
        while (service.isHealthy()) {
            TimeUnit.MILLISECONDS.sleep(100); // as the program does: it ends with its service, to be started again
        }
        System.exit(1);
    }

    /** Starts it on this JVM's class path; the caller kills it. */
    static Process start(String bootstrapServers, Path state) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IngestProcess.class.getName(),
                        bootstrapServers,
                        state.toString()))
                .inheritIO()
                .start();
    }
}
