package io.freshet.protocol;

/**
 * Offsets of one partition.
 *
 * @param from inclusive
 * @param to exclusive
 */
public record OffsetRange(String topic, int partition, long from, long to) {

    public OffsetRange {
        if (from > to) {
            throw new IllegalArgumentException("A range of offsets runs forward, not from " + from + " to " + to);
        }
    }

    /** How many offsets there are. */
    public long length() {
        return to - from;
    }
}
