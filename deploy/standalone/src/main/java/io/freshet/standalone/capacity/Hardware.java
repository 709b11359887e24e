package io.freshet.standalone.capacity;

/**
 * What it runs on.
 *
 * @param replicas of each topic
 * @param coresPerPod of an ingest process, each with a thread for partitions
 * @param brokerBytesPerSecond that one broker writes, replication among them
 * @param brokerDiskBytes of one broker
 * @param usage share of cores, network and disks that is planned for; the rest is for bursts, and for when one is away
 */
public record Hardware(
        int replicas, int coresPerPod, double brokerBytesPerSecond, double brokerDiskBytes, double usage) {

    public Hardware {
        if (replicas < 1 || coresPerPod < 1) {
            throw new IllegalArgumentException("There must be at least one replica, and one core a pod");
        }
        if (!(brokerBytesPerSecond > 0 && brokerDiskBytes > 0)) {
            throw new IllegalArgumentException("A broker must write more than nothing, and have a disk");
        }
        if (!(usage > 0 && usage <= 1)) {
            throw new IllegalArgumentException("The share that is used is over 0 and up to 1, not " + usage);
        }
    }
}
