package io.freshet.benchmarks.serving;

import io.freshet.protocol.bundle.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;

/**
 * A bare loop, serving in its process, and serving over REST and gRPC with binary tensors, side by side: 1, 8 and 64
 * callers that each ask for one image at a time. The bare loop has as many threads as serving has batch workers, and
 * batches as large as so many callers can fill.
 */
final class Throughput {

    private static final int WORKERS = 2;
    private static final int MAX_BATCH = 32;
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final String REST = "Freshet, REST";
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
        for (String name :
                System.getProperty("models", "residual-16@32,residual-16@224").split(",", -1)) {
            String[] parts = name.split("@", 2);
            measure(new BenchmarkModel(parts[0], Integer.parseInt(parts[1])));
        }
    }

    private static void measure(BenchmarkModel model) throws IOException, InterruptedException, ExecutionException {
        Path savedModel = Files.createTempDirectory("freshet-benchmark");
        try {
            model.write(savedModel);
            try (Site site = Site.start(model, ServingProcess.Rollout.DIRECT, Settings.JVM)) {
                new Throughput(model, savedModel, site).run();
            }
        } finally {
            FileTree.delete(savedModel);
        }
    }

    private void run() throws IOException, InterruptedException {
        H2Load.run(site.address(), rest, true, 64, Settings.WARMUP);
        H2Load.run(site.address(), grpc, false, 64, Settings.WARMUP);
        System.out.printf("%n**%s**, closed loop, medians of %d rounds%n%n", model, ROUNDS);
        System.out.println("| callers | | images/s | ÷ raw | p50 ms | above raw's | p99 ms | images a batch"
                + " | server CPU s/s | client CPU s/s | failed |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
        double best = 0;
        for (String callers : System.getProperty("callers", "1,8,64").split(",", -1)) {
            best = closedLoops(Integer.parseInt(callers));
        }
        System.out.printf("%n**%s**, open loop over REST, latency counted from when a request was due%n%n", model);
        System.out.println("| requests/s | of the closed loop's | p50 ms | p99 ms | server CPU s/s | failed |");
        System.out.println("|---|---|---|---|---|---|");
        for (double share : new double[] {.25, .5, .75}) {
            openLoop(share, share * best);
        }
    }

    /** One way of asking, in one round. */
    private record Row(Figures figures, Figures raw, double batch, double serverCpu, double clientCpu) {}

    /** Goes round after round, since the speed of a machine that is not one's own changes; returns REST's throughput. */
    private double closedLoops(int callers) throws IOException, InterruptedException {
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            closedLoops(callers, rows);
        }
        rows.forEach((name, rounds) -> print(callers, name, rounds));
        return median(rows.getOrDefault(REST, List.of()), row -> row.figures().perSecond());
    }

    private void closedLoops(int callers, Map<String, List<Row>> rows) throws IOException, InterruptedException {
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
        add(rows, "raw, " + threads + " x batch " + batch, new Row(raw, raw, batch, raw.clientCpu(), 0));
        Figures inProcess = ChildProcess.measure(
                InProcessRun.class, model.architecture(), model.side(), savedModel, callers, Settings.TIME.toSeconds());
        add(rows, "Freshet, in process", new Row(inProcess, raw, Double.NaN, inProcess.clientCpu(), 0));
        add(rows, REST, overNetwork(callers, rest, true, raw));
        add(rows, "Freshet, gRPC", overNetwork(callers, grpc, false, raw));
    }

    private static void add(Map<String, List<Row>> rows, String name, Row row) {
        rows.computeIfAbsent(name, n -> new ArrayList<>()).add(row);
    }

    private Row overNetwork(int connections, Payload payload, boolean http1, Figures raw)
            throws IOException, InterruptedException {
        Metrics before = site.metrics();
        double cpu = site.server().cpuSeconds();
        Figures figures = H2Load.run(site.address(), payload, http1, connections, Settings.TIME);
        double used = (site.server().cpuSeconds() - cpu) * H2Load.share(Settings.TIME) / Settings.TIME.toSeconds();
        Metrics after = site.metrics();
        long failed = Math.max(figures.failed(), after.failed() - before.failed());
        return new Row(figures.failed(failed), raw, after.meanBatch(before), used, figures.clientCpu());
    }

    private static void print(int callers, String name, List<Row> rounds) {
        double batch = median(rounds, Row::batch);
        System.out.printf(
                Locale.ROOT,
                "| %d | %s | %.0f | %.2f | %.2f | %.2f | %.2f | %s | %.2f | %.2f | %d |%n",
                callers,
                name,
                median(rounds, row -> row.figures().perSecond()),
                median(rounds, row -> row.figures().perSecond() / row.raw().perSecond()),
                median(rounds, row -> row.figures().p50() / 1e3),
                median(rounds, row -> (row.figures().p50() - row.raw().p50()) / 1e3),
                median(rounds, row -> row.figures().p99() / 1e3),
                Double.isNaN(batch) ? "" : String.format(Locale.ROOT, "%.1f", batch),
                median(rounds, Row::serverCpu),
                median(rounds, Row::clientCpu),
                rounds.stream().mapToLong(row -> row.figures().failed()).sum());
    }

    private static double median(List<Row> rounds, ToDoubleFunction<Row> of) {
        double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
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
