package io.freshet.benchmarks.serving;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.Topics;
import io.freshet.serving.model.TopicFollower;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Versions with a {@link Fault}: how soon serving withdraws them by itself, and how many requests they touch until then. */
final class Withdrawals {

    private static final double PER_SECOND = 200;
    private static final int CONNECTIONS = 64;
    private static final int PATIENCE_SECONDS = 90;
    private static final Duration SETTLE = Duration.ofSeconds(3);

    private record Withdrawal(ModelAnnouncement.Withdrawn withdrawn, long nanos) {}

    private Withdrawals() {}

    static void measure() throws IOException, InterruptedException, ExecutionException {
        System.out.printf(
                Locale.ROOT,
                "%n**%s**, a version with a fault is announced at %.0f requests/s%n%n",
                Settings.SMALL,
                PER_SECOND);
        System.out.println("| fault | stages | withdrawn after s | answered by it | of the requests | p99 ms before,"
                + " during | failed | why |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (ServingProcess.Rollout rollout :
                new ServingProcess.Rollout[] {ServingProcess.Rollout.STAGED, ServingProcess.Rollout.CANARY_ONLY}) {
            measure(rollout);
        }
    }

    private static void measure(ServingProcess.Rollout rollout)
            throws IOException, InterruptedException, ExecutionException {
        BlockingQueue<Withdrawal> withdrawals = new LinkedBlockingQueue<>();
        try (Site site = Site.start(Settings.SMALL, rollout, Settings.JVM);
                TopicFollower<ModelAnnouncement> announcements = new TopicFollower<>(
                        site.kafka(),
                        Topics.MODELS,
                        Codecs.MODEL_ANNOUNCEMENT,
                        announcement -> announcement.model().model(),
                        new SimpleMeterRegistry(),
                        announcement -> announcement
                                .withdrawn()
                                .ifPresent(
                                        withdrawn -> withdrawals.add(new Withdrawal(withdrawn, System.nanoTime()))));
                OpenLoop load = OpenLoop.start(site.address(), Swaps.payloads(site.model()), PER_SECOND, CONNECTIONS)) {
            announcements.start();
            long version = 1;
            for (Fault fault : Fault.values()) {
                version++;
                withdraw(site, load, rollout, fault, site.version(version, fault), withdrawals);
            }
        }
    }

    private static void withdraw(
            Site site,
            OpenLoop load,
            ServingProcess.Rollout rollout,
            Fault fault,
            ModelAnnouncement announcement,
            BlockingQueue<Withdrawal> withdrawals)
            throws InterruptedException, ExecutionException {
        long before = System.nanoTime();
        Thread.sleep(SETTLE);
        long start = System.nanoTime();
        site.announce(announcement);
        Withdrawal end = withdrawals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (end == null) {
            throw new IllegalStateException("The version that " + fault + " was not withdrawn");
        }
        Thread.sleep(SETTLE);
        long until = System.nanoTime();
        long touched =
                load.versions(start, until).getOrDefault(announcement.model().toString(), 0L);
        long requests = load.due(start, end.nanos()).size();
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.1f | %d | %.1f%% | %.1f, %.1f | %d | %s |%n",
                fault.name().toLowerCase(Locale.ROOT),
                rollout == ServingProcess.Rollout.STAGED ? "shadow, canary" : "canary",
                (end.nanos() - start) / 1e9,
                touched,
                100. * touched / requests,
                load.figures(before, start).p99() / 1e3,
                load.figures(start, until).p99() / 1e3,
                load.figures(start, until).failed(),
                end.withdrawn().why());
    }
}
