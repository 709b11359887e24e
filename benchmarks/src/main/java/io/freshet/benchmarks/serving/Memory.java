package io.freshet.benchmarks.serving;

import io.freshet.protocol.ModelAnnouncement;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** The replica's resident memory over many swaps, under a little traffic. */
final class Memory {

    private static final double PER_SECOND = 50;
    private static final int CONNECTIONS = 8;
    private static final int FIRST = 20;
    private static final Set<Integer> SHOWN = Set.of(1, FIRST, 50, 100, 200, 300, 400, 500);

    private Memory() {}

    static void measure() throws IOException, InterruptedException, ExecutionException {
        System.out.printf("%n**%s**, resident memory of the replica (%s)%n%n", Settings.SMALL, Settings.JVM);
        System.out.println("| swaps | MiB |");
        System.out.println("|---|---|");
        try (Site site = Site.start(Settings.SMALL, ServingProcess.Rollout.DIRECT, Settings.JVM);
                OpenLoop load = OpenLoop.start(site.address(), Swaps.payloads(site.model()), PER_SECOND, CONNECTIONS)) {
            double first = 0;
            double last = 0;
            for (int swap = 1; swap <= Settings.SWAPS_FOR_MEMORY; swap++) {
                ModelAnnouncement version = site.version(swap + 1L);
                site.announce(version);
                load.awaitVersion(version.model().version());
                site.delete(version.model());
                last = site.server().residentMiB();
                first = swap == FIRST ? last : first;
                if (SHOWN.contains(swap)) {
                    System.out.printf(Locale.ROOT, "| %d | %.0f |%n", swap, last);
                }
            }
            System.out.printf(
                    Locale.ROOT, "%nAfter %d ÷ after %d: %.3f%n", Settings.SWAPS_FOR_MEMORY, FIRST, last / first);
        }
    }
}
