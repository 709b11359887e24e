package io.freshet.trainer.data;

import io.freshet.protocol.TopicPosition;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Places of records in one topic, in 8 bytes each. Grows by appending; reading is thread safe once it no longer grows. */
public final class Positions {

    private static final int OFFSET_BITS = 48;
    private static final long OFFSET = (1L << OFFSET_BITS) - 1;

    private long[] packed = new long[64];
    private int size;

    public void add(TopicPosition position) {
        if (position.partition() >>> (Long.SIZE - OFFSET_BITS) != 0 || (position.offset() & ~OFFSET) != 0) {
            throw new IllegalArgumentException("No Kafka has a record at " + position);
        }
        if (size == packed.length) {
            packed = Arrays.copyOf(packed, 2 * size);
        }
        packed[size++] = (long) position.partition() << OFFSET_BITS | position.offset();
    }

    public int size() {
        return size;
    }

    public TopicPosition get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return new TopicPosition((int) (packed[index] >>> OFFSET_BITS), packed[index] & OFFSET);
    }

    /** Those from one (inclusive) to another (exclusive). */
    public List<TopicPosition> range(int from, int to) {
        return IntStream.range(from, to).mapToObj(this::get).toList();
    }
}
