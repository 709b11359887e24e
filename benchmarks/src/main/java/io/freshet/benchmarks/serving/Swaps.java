package io.freshet.benchmarks.serving;

import io.freshet.protocol.ModelAnnouncement;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;

/**
 * Versions that take one another's place under half the load that the replica can bear: what requests notice, and how soon
 * a version answers after it was announced.
 */
final class Swaps {

    private static final int CONNECTIONS = 256;
    private static final int IMAGES = 16;
    private static final double LOAD = .5;
    private static final int STAGED_SWAPS = 3;
    private static final Duration QUIET = Duration.ofSeconds(Integer.getInteger("quiet", 30));
    private static final Duration SETTLE = Duration.ofSeconds(3);

    private Swaps() {}

    static void measure() throws IOException, InterruptedException, ExecutionException {
        try (Site site = Site.start(Settings.SMALL, ServingProcess.Rollout.DIRECT, Settings.JVM)) {
            Payload payload = Payload.rest(site.model(), site.model().image(1));
            H2Load.run(site.address(), payload, true, 64, Settings.WARMUP);
            Figures most = H2Load.run(site.address(), payload, true, 64, Settings.TIME);
            double perSecond = LOAD * most.perSecond();
            System.out.printf(
                    Locale.ROOT,
                    "%n**%s**, %d swaps in a row, REST, %.0f requests/s, half of what 64 connections get%n%n",
                    site.model(),
                    Settings.SWAPS,
                    perSecond);
            underLoad(site, perSecond);
        }
        try (Site site = Site.start(Settings.SMALL, ServingProcess.Rollout.STAGED, Settings.JVM)) {
            staged(site);
        }
    }

    static List<Payload> payloads(BenchmarkModel model) {
        List<Payload> payloads = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            payloads.add(Payload.rest(model, model.image(i)));
        }
        return payloads;
    }

    private static void underLoad(Site site, double perSecond)
            throws IOException, InterruptedException, ExecutionException {
        List<ModelAnnouncement> versions = new ArrayList<>();
        for (int version = 2; version < 2 + Settings.SWAPS; version++) {
            versions.add(site.version(version));
        }
        try (OpenLoop load = OpenLoop.start(site.address(), payloads(site.model()), perSecond, CONNECTIONS)) {
            Thread.sleep(SETTLE);
            double cpu = site.server().cpuSeconds();
            long begin = System.nanoTime();
            Thread.sleep(QUIET);
            long swapping = System.nanoTime();
            double cpuQuiet = site.server().cpuSeconds();
            long[] millis = swap(site, load, versions);
            long after = System.nanoTime();
            double cpuSwapping = site.server().cpuSeconds();
            Thread.sleep(QUIET);
            long end = System.nanoTime();
            Thread.sleep(SETTLE);
            System.out.println("| | requests | p50 ms | p99 ms | failed | server CPU s/s |");
            System.out.println("|---|---|---|---|---|---|");
            row(load, "before", begin, swapping, cpuQuiet - cpu);
            row(load, "during the swaps", swapping, after, cpuSwapping - cpuQuiet);
            row(load, "after", after, end, Double.NaN);
            double quiet = (load.figures(begin, swapping).p99()
                            + load.figures(after, end).p99())
                    / 2;
            System.out.printf(
                    Locale.ROOT,
                    "%np99 during ÷ without: %.2f. A swap took %d ms (median, from the announcement to the first answer),"
                            + " at most %d ms.%n",
                    load.figures(swapping, after).p99() / quiet,
                    millis[millis.length / 2],
                    millis[millis.length - 1]);
        }
    }

    private static void row(OpenLoop load, String name, long from, long to, double cpuSeconds) {
        Figures figures = load.figures(from, to);
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.2f | %.2f | %d | %s |%n",
                name,
                load.due(from, to).size(),
                figures.p50() / 1e3,
                figures.p99() / 1e3,
                figures.failed(),
                Double.isNaN(cpuSeconds) ? "" : String.format(Locale.ROOT, "%.2f", cpuSeconds / ((to - from) / 1e9)));
    }

    /** Announces each as soon as the one before it has answered; returns sorted times to the first answer. */
    private static long[] swap(Site site, OpenLoop load, List<ModelAnnouncement> versions)
            throws InterruptedException, ExecutionException {
        long[] millis = new long[versions.size()];
        for (int i = 0; i < millis.length; i++) {
            long start = System.nanoTime();
            site.announce(versions.get(i));
            long answered = load.awaitVersion(versions.get(i).model().version());
            millis[i] = Duration.ofNanos(answered - start).toMillis();
        }
        Arrays.sort(millis);
        return millis;
    }

    private static void staged(Site site) throws IOException, InterruptedException, ExecutionException {
        double perSecond = 200;
        try (OpenLoop load = OpenLoop.start(site.address(), payloads(site.model()), perSecond, CONNECTIONS)) {
            Thread.sleep(SETTLE);
            List<String> first = new ArrayList<>();
            List<String> all = new ArrayList<>();
            for (int version = 2; version < 2 + STAGED_SWAPS; version++) {
                ModelAnnouncement announcement = site.version(version);
                long start = System.nanoTime();
                site.announce(announcement);
                first.add(seconds(load.awaitVersion(version) - start));
                while (site.metrics().version() != version) {
                    Thread.sleep(Duration.ofMillis(20));
                }
                all.add(seconds(System.nanoTime() - start));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%nStaged, at %.0f requests/s: first answer of the canary after %s s, in full service after %s s.%n",
                    perSecond,
                    String.join(", ", first),
                    String.join(", ", all));
        }
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
    }
}
