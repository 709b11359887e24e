package io.freshet.ingest.drift;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** The stored form of a {@link Watch}: a byte for the form itself, then its numbers, big-endian, times in ms. */
final class WatchSerde {

    private static final byte FORM = 1;
    private static final int BYTES = 1 + 4 * Integer.BYTES + 4 * Long.BYTES;
    private static final long NEVER = Long.MIN_VALUE;

    private WatchSerde() {}

    static Serde<Watch> create() {
        return Serdes.serdeFrom((topic, watch) -> encode(watch), (topic, bytes) -> decode(bytes));
    }

    private static byte @Nullable [] encode(@Nullable Watch watch) {
        return watch == null
                ? null
                : ByteBuffer.allocate(BYTES)
                        .put(FORM)
                        .putInt(watch.sketchLength())
                        .putInt(watch.reference())
                        .putInt(watch.window())
                        .putLong(watch.windowBegan().toEpochMilli())
                        .putInt(watch.drifting())
                        .putLong(watch.driftingSince().toEpochMilli())
                        .putLong(watch.lastSeen().toEpochMilli())
                        .putLong(watch.lastAlarm().map(Instant::toEpochMilli).orElse(NEVER))
                        .array();
    }

    private static @Nullable Watch decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length != BYTES || bytes[0] != FORM) {
            throw new SerializationException("This is no watch over a model's version, or one of a later release");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        return new Watch(
                in.getInt(),
                in.getInt(),
                in.getInt(),
                Instant.ofEpochMilli(in.getLong()),
                in.getInt(),
                Instant.ofEpochMilli(in.getLong()),
                Instant.ofEpochMilli(in.getLong()),
                Optional.of(in.getLong()).filter(at -> at != NEVER).map(Instant::ofEpochMilli));
    }
}
