package io.freshet.standalone.capacity;

import io.freshet.ingest.IngestConfig;
import io.freshet.protocol.Topics;
import java.time.Duration;

/**
 * What a load takes.
 *
 * @param cores of all ingest processes
 * @param partitions of {@code freshet.traffic}, and of what ingest makes of it
 * @param trafficDisk bytes of {@code freshet.traffic} on all brokers
 * @param unlabeledDisk bytes of {@code freshet.unlabeled} on all brokers
 * @param stateDisk bytes of local state on all ingest processes, and as much for each replica in Kafka
 * @param written bytes a second that all brokers write
 */
public record Plan(
        double cores,
        int pods,
        int partitions,
        double trafficDisk,
        double unlabeledDisk,
        double stateDisk,
        double written,
        int brokers) {

    // Of an image, on one core: the line through what BENCHMARKS.md, "Ingest", has for 0.9 and 13.9 KB.
    private static final double MICROS = 110;
    private static final double MICROS_A_BYTE = .065;

    /** To encode an image that is kept, for each byte that it came as. */
    private static final double MICROS_A_KEPT_BYTE = .2;

    /** A PNG of the pixels that a JPEG of one byte has. */
    private static final double PNG_A_BYTE = 5.7;

    // What goes with an image: the headers of the traffic; then its fingerprint, and word of it to three cells.
    private static final double HEADERS = 300;
    private static final double WORD = 350;
    private static final int ECHOES = 3;

    // In a store: that an image was seen, and what its copies are known by.
    private static final double SEEN = 60;
    private static final double REMEMBERED = 350;

    /** Partitions are hard to add later, and twice as many cost little. */
    private static final int GROWTH = 2;

    /** Where less would do: so that no broker, and no process, does all of it. */
    private static final int FEWEST_PARTITIONS = 6;

    public static Plan of(Load load, Hardware hardware, IngestConfig ingest) {
        double keptShare = Math.min(1, load.kept() / load.perSecond());
        double micros = MICROS + load.bytes() * (MICROS_A_BYTE + keptShare * MICROS_A_KEPT_BYTE);
        double cores = load.perSecond() * micros / 1e6 / hardware.usage();
        int pods = atLeast(1, cores / hardware.coresPerPod());
        int partitions = atLeast(FEWEST_PARTITIONS, GROWTH * cores);
        double traffic = load.perSecond() * (load.bytes() + HEADERS);
        double between = load.perSecond() * (load.bytes() + HEADERS + WORD * (1 + ECHOES));
        double changes = load.perSecond() * load.distinct() * (SEEN + REMEMBERED * (1 + ECHOES));
        double unlabeled = keptShare * load.perSecond() * (PNG_A_BYTE * load.bytes() + HEADERS);
        double written = hardware.replicas() * (traffic + between + changes + unlabeled);
        double trafficDisk = hardware.replicas() * traffic * seconds(load.retention());
        double unlabeledDisk = hardware.replicas()
                * unlabeled
                * seconds(Topics.UNLABELED.retention().orElseThrow());
        double seen = load.perSecond()
                * load.distinct()
                * SEEN
                * seconds(ingest.deduplication().window());
        double stateDisk = seen + (double) partitions * ingest.deduplication().images() * REMEMBERED;
        double disk = trafficDisk + unlabeledDisk + hardware.replicas() * stateDisk;
        int brokers = Math.max(
                hardware.replicas(),
                Math.max(
                        atLeast(1, written / hardware.brokerBytesPerSecond() / hardware.usage()),
                        atLeast(1, disk / hardware.brokerDiskBytes() / hardware.usage())));
        return new Plan(cores, pods, partitions, trafficDisk, unlabeledDisk, stateDisk, written, brokers);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static int atLeast(int least, double number) {
        return (int) Math.max(least, Math.ceil(number));
    }
}
