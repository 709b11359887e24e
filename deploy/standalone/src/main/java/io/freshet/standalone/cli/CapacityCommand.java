package io.freshet.standalone.cli;

import io.freshet.ingest.IngestConfig;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.protocol.Topics;
import io.freshet.standalone.capacity.Hardware;
import io.freshet.standalone.capacity.Load;
import io.freshet.standalone.capacity.Plan;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what a stream of images takes. */
@Command(
        name = "capacity",
        description =
                "Say how many partitions, ingest pods, brokers and disks a stream of images takes, by the figures in"
                        + " BENCHMARKS.md. What each number rests on stands in docs/capacity.md.")
final class CapacityCommand implements Callable<Integer> {

    private static final double MEGA = 1e6;
    private static final double TERA = 1e12;
    private static final int MINUTES_A_DAY = 24 * 60;

    @Option(names = "--images", paramLabel = "N", required = true, description = "Images a second at the peak.")
    private double images;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            required = true,
            description = "Bytes of an encoded image, on average.")
    private double bytes;

    @Option(
            names = "--distinct",
            paramLabel = "SHARE",
            defaultValue = "1",
            description = "Share of the images that are no copies (default: ${DEFAULT-VALUE}).")
    private double distinct;

    @Option(
            names = "--kept",
            paramLabel = "N",
            description = "Images a second that are kept (default: the budget's ${DEFAULT-VALUE}).")
    private double kept = BudgetConfig.defaults().perSecond();

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "Days for which freshet.traffic keeps images (default: ${DEFAULT-VALUE}).")
    private double days = Topics.TRAFFIC.retention().orElseThrow().toDays();

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "3",
            description = "Replicas of each topic (default: ${DEFAULT-VALUE}).")
    private int replicas;

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "4",
            description = "Cores of an ingest pod (default: ${DEFAULT-VALUE}).")
    private int cores;

    @Option(
            names = "--broker-mb",
            paramLabel = "N",
            defaultValue = "100",
            description = "MB a second that a broker writes (default: ${DEFAULT-VALUE}).")
    private double brokerMegabytes;

    @Option(
            names = "--broker-tb",
            paramLabel = "N",
            defaultValue = "4",
            description = "TB of disk of a broker (default: ${DEFAULT-VALUE}).")
    private double brokerTerabytes;

    @Option(
            names = "--usage",
            paramLabel = "SHARE",
            defaultValue = "0.6",
            description = "Share of all of it that is planned for; the rest is for bursts (default: ${DEFAULT-VALUE}).")
    private double usage;

    @Override
    public Integer call() {
        Load load;
        Hardware hardware;
        try {
            load = new Load(images, bytes, distinct, kept, Duration.ofMinutes(Math.round(days * MINUTES_A_DAY)));
            hardware = new Hardware(replicas, cores, brokerMegabytes * MEGA, brokerTerabytes * TERA, usage);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
        print(load, hardware, Plan.of(load, hardware, IngestConfig.defaults()));
        return 0;
    }

    private static void print(Load load, Hardware hardware, Plan plan) {
        PrintStream out = System.out;
        Locale locale = Locale.ROOT;
        double megabytes = load.perSecond() * load.bytes() / MEGA;
        out.printf(
                locale,
                "%,.0f images a second of %,.0f bytes, %,.1f MB/s:%n",
                load.perSecond(),
                load.bytes(),
                megabytes);
        out.printf(locale, "  partitions  %,d of freshet.traffic, with room to double%n", plan.partitions());
        out.printf(
                locale,
                "  ingest      %,d pods of %d cores, %.1f cores busy%n",
                plan.pods(),
                hardware.coresPerPod(),
                plan.cores() * hardware.usage());
        out.printf(
                locale,
                "              ingest.threads=%d; %s of local state in all%n",
                hardware.coresPerPod(),
                size(plan.stateDisk()));
        out.printf(
                locale,
                "  brokers     %,d, which write %,.1f MB/s in all, replicas among it%n",
                plan.brokers(),
                plan.written() / MEGA);
        out.printf(
                locale,
                "  disk        %s of freshet.traffic, %s of freshet.unlabeled, %s of changelogs%n",
                size(plan.trafficDisk()),
                size(plan.unlabeledDisk()),
                size(hardware.replicas() * plan.stateDisk()));
    }

    private static String size(double bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1_000 && unit < units.length - 1) {
            value /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
