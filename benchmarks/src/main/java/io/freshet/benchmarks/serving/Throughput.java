package io.freshet.benchmarks.serving;

import io.freshet.protocol.bundle.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/**
 * A bare loop, serving in its process, and serving over REST and gRPC with binary tensors, side by side: 1, 8 and 64
 * callers that each ask for one image at a time. The bare loop has as many threads as serving has batch workers, and
 * batches as large as so many callers can fill.
 */
final class Throughput {

    private static final int WORKERS = 2;
    private static final int MAX_BATCH = 32;
    private static final int OPEN_LOOP_CONNECTIONS = 256;
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final BenchmarkModel model;
    private final Path savedModel;
    private final Site site;
    private final Payload rest;
    private final Payload grpc;

    private Throughput(BenchmarkModel model, Path savedModel, Site site) {
        this.model = model;
        this.savedModel = savedModel;
        this.site = site;
        this.rest = Payload.rest(model, model.image(1));
        this.grpc = Payload.grpc(model, model.image(1));
    }

    static void measure() throws IOException, InterruptedException, ExecutionException {
        for (String name : System.getProperty("models", "residual-16@32,residual-32@32,residual-16@224")
                .split(",", -1)) {
            String[] parts = name.split("@", 2);
            measure(new BenchmarkModel(parts[0], Integer.parseInt(parts[1])));
        }
    }

    private static void measure(BenchmarkModel model) throws IOException, InterruptedException, ExecutionException {
        Path savedModel = Files.createTempDirectory("freshet-benchmark");
        try {
            model.write(savedModel);
            try (Site site = Site.start(model, ServingProcess.Rollout.DIRECT, List.of())) {
                new Throughput(model, savedModel, site).run();
            }
        } finally {
            FileTree.delete(savedModel);
        }
    }

    private void run() throws IOException, InterruptedException {
        System.out.printf("%n**%s**, closed loop%n%n", model);
        System.out.println("| callers | | images/s | ÷ raw | p50 ms | p99 ms | images a batch"
                + " | server CPU s/s | client CPU s/s | failed |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        double best = 0;
        for (int callers : new int[] {1, 8, 64}) {
            best = closedLoops(callers);
        }
        System.out.printf("%n**%s**, open loop over REST, latency counted from when a request was due%n%n", model);
        System.out.println("| requests/s | of the closed loop's | p50 ms | p99 ms | server CPU s/s | failed |");
        System.out.println("|---|---|---|---|---|---|");
        for (double share : new double[] {.25, .5, .75}) {
            openLoop(share, share * best);
        }
    }

    /** Returns the throughput over REST. */
    private double closedLoops(int callers) throws IOException, InterruptedException {
        int threads = Math.min(callers, WORKERS);
        int batch = Math.min(MAX_BATCH, callers / threads);
        Figures raw = ChildProcess.measure(
                RawRun.class,
                model.architecture(),
                model.side(),
                savedModel,
                threads,
                batch,
                Settings.TIME.toSeconds());
        row(callers, "raw, " + threads + " x batch " + batch, raw, raw, batch, raw.clientCpu(), 0);
        Figures inProcess = ChildProcess.measure(
                InProcessRun.class, model.architecture(), model.side(), savedModel, callers, Settings.TIME.toSeconds());
        row(callers, "Freshet, in process", inProcess, raw, Double.NaN, inProcess.clientCpu(), 0);
        Figures overRest = overNetwork(callers, "Freshet, REST", rest, true, raw);
        overNetwork(callers, "Freshet, gRPC", grpc, false, raw);
        return overRest.perSecond();
    }

    private Figures overNetwork(int connections, String name, Payload payload, boolean http1, Figures raw)
            throws IOException, InterruptedException {
        Metrics before = site.metrics();
        double cpu = site.server().cpuSeconds();
        Figures figures = H2Load.run(site.address(), payload, http1, connections, Settings.TIME);
        double used = (site.server().cpuSeconds() - cpu) * H2Load.share(Settings.TIME) / Settings.TIME.toSeconds();
        Metrics after = site.metrics();
        long failed = Math.max(figures.failed(), after.failed() - before.failed());
        row(connections, name, figures.failed(failed), raw, after.meanBatch(before), used, figures.clientCpu());
        return figures;
    }

    private static void row(
            int callers, String name, Figures figures, Figures raw, double batch, double serverCpu, double clientCpu) {
        System.out.printf(
                Locale.ROOT,
                "| %d | %s | %.0f | %.2f | %.2f | %.2f | %s | %.2f | %.2f | %d |%n",
                callers,
                name,
                figures.perSecond(),
                figures.perSecond() / raw.perSecond(),
                figures.p50() / 1e3,
                figures.p99() / 1e3,
                Double.isNaN(batch) ? "" : String.format(Locale.ROOT, "%.1f", batch),
                serverCpu,
                clientCpu,
                figures.failed());
    }

    private void openLoop(double share, double perSecond) throws InterruptedException {
        try (OpenLoop load = OpenLoop.start(site.address(), List.of(rest), perSecond, OPEN_LOOP_CONNECTIONS)) {
            Thread.sleep(SETTLE);
            long begin = System.nanoTime();
            double cpu = site.server().cpuSeconds();
            Thread.sleep(Settings.TIME);
            double used = (site.server().cpuSeconds() - cpu) / Settings.TIME.toSeconds();
            long end = System.nanoTime();
            Thread.sleep(SETTLE); // for the answers to what was due before the end
            Figures figures = load.figures(begin, end);
            System.out.printf(
                    Locale.ROOT,
                    "| %.0f | %.2f | %.2f | %.2f | %.2f | %d |%n",
                    perSecond,
                    share,
                    figures.p50() / 1e3,
                    figures.p99() / 1e3,
                    used,
                    figures.failed());
        }
    }
}
