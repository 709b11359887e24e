package io.freshet.ingest.drift;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sample of numbers that can be merged with others, in bounded room (Agarwal and others, Mergeable Summaries, PODS 2012,
 * section 3): what is on level {@code h} stands for {@code 2^h} numbers each. A level that is full is sorted, and every
 * other number of it goes up a level.
 *
 * <p>Up to {@value #CAPACITY} numbers it holds them all, whatever was merged. Of {@code n} beyond that, no rank is wrong by
 * more than {@link #rankError}. For one thread at a time.
 */
final class QuantileSketch {

    /** Of a level. */
    static final int CAPACITY = 2_048;

    private static final int MAX_LEVELS = 40;

    private final List<Level> levels = new ArrayList<>();
    private long count;

    /** Numbers in no order, in an array that grows. */
    private static final class Level {

        private float[] values = new float[16];
        private int size;
        private boolean evenNext; // so that errors of one compaction go against those of the one before

        void add(float value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }
    }

    void add(float value) {
        level(0).add(value);
        count++;
        compact();
    }

    void merge(QuantileSketch other) {
        for (int h = 0; h < other.levels.size(); h++) {
            Level from = other.levels.get(h);
            for (int i = 0; i < from.size; i++) {
                level(h).add(from.values[i]);
            }
        }
        count += other.count;
        compact();
    }

    /** Numbers that were added. */
    long count() {
        return count;
    }

    /** By how much the rank of a number among all may be wrong at most, as a share of their count. */
    double rankError() {
        // A compaction of a level changes no rank by more than one of its numbers stands for.
        return levels.size() < 2 ? 0 : (double) (levels.size() - 1) / CAPACITY;
    }

    /** Each number as often as it stands for one: {@link #count} of them, in no order. */
    double[] values() {
        double[] all = new double[Math.toIntExact(count)];
        int at = 0;
        for (int h = 0; h < levels.size(); h++) {
            Level level = levels.get(h);
            for (int i = 0; i < level.size; i++) {
                Arrays.fill(all, at, at + (1 << h), level.values[i]);
                at += 1 << h;
            }
        }
        return all;
    }

    private Level level(int h) {
        while (levels.size() <= h) {
            levels.add(new Level());
        }
        return levels.get(h);
    }

    private void compact() {
        for (int h = 0; h < levels.size(); h++) {
            if (levels.get(h).size > CAPACITY) {
                compact(h);
            }
        }
    }

    /** Of an odd number of them, the smallest stays, so that no weight is lost. */
    private void compact(int h) {
        Level level = levels.get(h);
        Arrays.sort(level.values, 0, level.size);
        int left = level.size % 2;
        Level above = level(h + 1);
        for (int i = left + (level.evenNext ? 0 : 1); i < level.size; i += 2) {
            above.add(level.values[i]);
        }
        level.size = left;
        level.evenNext = !level.evenNext;
    }

    /** What {@link #writeTo} writes. */
    int bytes() {
        return 1
                + levels.stream()
                        .mapToInt(level -> Integer.BYTES + level.size * Float.BYTES)
                        .sum();
    }

    void writeTo(ByteBuffer out) {
        out.put((byte) levels.size());
        for (Level level : levels) {
            out.putInt(level.size);
            for (int i = 0; i < level.size; i++) {
                out.putFloat(level.values[i]);
            }
        }
    }

    /** @throws IllegalArgumentException if that is no sketch */
    static QuantileSketch readFrom(ByteBuffer in) {
        QuantileSketch sketch = new QuantileSketch();
        int levels = in.get();
        requireWithin(levels, MAX_LEVELS);
        for (int h = 0; h < levels; h++) {
            int size = in.getInt();
            requireWithin(size, in.remaining() / Float.BYTES);
            Level level = sketch.level(h);
            for (int i = 0; i < size; i++) {
                level.add(in.getFloat());
            }
            sketch.count += (long) size << h;
        }
        return sketch;
    }

    private static void requireWithin(int value, int most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("There is no sketch of " + value + " of at most " + most);
        }
    }
}
