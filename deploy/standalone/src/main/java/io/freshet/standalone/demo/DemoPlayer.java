package io.freshet.standalone.demo;

import io.freshet.standalone.deployment.Deployment;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneId;

/** Plays the demo from the curtain to the summary. */
public final class DemoPlayer {

    private DemoPlayer() {}

    /** Waits, for as long as the services shall be left at work. */
    @FunctionalInterface
    public interface Wait {
        /** @param model where the model answers */
        void untilTheEnd(URI model) throws InterruptedException;
    }

    /**
     * Plays the demo.
     *
     * @param terminal whether {@code out} is one, in which lines can be painted over
     * @param wait after the summary, while the services are still at work
     * @return the exit code: 0 if all held that the summary claims
     */
    public static int play(DemoOptions options, PrintStream out, boolean terminal, Wait wait)
            throws IOException, InterruptedException {
        RunFolder folder = RunFolder.begin(options.folder(), Instant.now(), ZoneId.systemDefault());
        DemoLog.to(folder.log());
        try (Screen screen = new Screen(out, terminal)) {
            Report report = new Demo(options, folder, screen).run((made, deployment) -> {
                saveMetrics(deployment, folder);
                ErrorPlot.write(made, folder.plot());
                String summary = Summary.of(made);
                Files.writeString(folder.summary(), summary);
                screen.heading("What happened");
                out.println();
                out.print(summary);
                out.flush();
                wait.untilTheEnd(Demo.model(deployment));
            });
            return report.held() ? 0 : 1;
        }
    }

    private static void saveMetrics(Deployment deployment, RunFolder folder) throws IOException, InterruptedException {
        Files.createDirectories(folder.metrics());
        try (MetricsReader reader = new MetricsReader()) {
            Files.writeString(folder.metrics().resolve("ingest.prom"), reader.read(deployment.ingestPort()));
            Files.writeString(folder.metrics().resolve("trainer.prom"), reader.read(deployment.trainerPort()));
            Files.writeString(folder.metrics().resolve("serving.prom"), reader.read(deployment.servingPort()));
        }
    }
}
