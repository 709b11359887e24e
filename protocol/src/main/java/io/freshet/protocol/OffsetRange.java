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

    /** Whether a place in the same topic lies in it. */
    public boolean contains(TopicPosition place) {
        return place.partition() == partition && place.offset() >= from && place.offset() < to;
    }

    /** How many offsets there are. */
    public long length() {
        return to - from;
    }
}
