package io.freshet.ingest.accuracy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Whether a version was right, each time that a person said what there was to see, of the last times. Immutable.
 *
 * @param judged times, at most as many as are remembered
 * @param next place of the next outcome
 * @param right the places where it was; not to be changed
 * @param lastJudged when the last label came
 */
record Outcomes(int judged, int next, BitSet right, Instant lastJudged) {

    private static final byte FORM = 1;
    private static final int HEADER = 1 + 2 * Integer.BYTES + Long.BYTES;

    /** Of the interval: one in twenty lies outside it. */
    private static final double ERROR_RATE = .05;

    /** @param remembered outcomes at most; the oldest makes way */
    static Outcomes first(boolean isRight, int remembered, Instant now) {
        return new Outcomes(0, 0, new BitSet(), now).and(isRight, remembered, now);
    }

    Outcomes and(boolean isRight, int remembered, Instant now) {
        int at = next < remembered ? next : 0; // fewer are remembered than before
        BitSet marked = (BitSet) right.clone();
        marked.set(at, isRight);
        int count = Math.min(Math.max(judged, at + 1), remembered);
        marked.clear(count, Math.max(count, marked.length()));
        return new Outcomes(count, (at + 1) % remembered, marked, now);
    }

    double accuracy() {
        return (double) right.cardinality() / judged;
    }

    /** Of the accuracy of which this is a sample, at 95% (Wilson, JASA 1927). */
    Interval interval() {
        return BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(judged, right.cardinality(), ERROR_RATE);
    }

    static Serde<Outcomes> serde() {
        return Serdes.serdeFrom((topic, outcomes) -> encode(outcomes), (topic, bytes) -> decode(bytes));
    }

    private static byte @Nullable [] encode(@Nullable Outcomes outcomes) {
        if (outcomes == null) {
            return null;
        }
        byte[] bits = outcomes.right.toByteArray();
        return ByteBuffer.allocate(HEADER + bits.length)
                .put(FORM)
                .putInt(outcomes.judged)
                .putInt(outcomes.next)
                .putLong(outcomes.lastJudged.toEpochMilli())
                .put(bits)
                .array();
    }

    private static @Nullable Outcomes decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < HEADER || bytes[0] != FORM) {
            throw new SerializationException("These are no outcomes, or those of a later release");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        int judged = in.getInt();
        int next = in.getInt();
        Instant lastJudged = Instant.ofEpochMilli(in.getLong());
        return new Outcomes(judged, next, BitSet.valueOf(in), lastJudged);
    }
}
