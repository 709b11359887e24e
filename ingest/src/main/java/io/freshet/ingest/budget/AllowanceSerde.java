package io.freshet.ingest.budget;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** The stored form of an {@link Allowance}: a byte for the form itself, then its numbers, big-endian. */
final class AllowanceSerde {

    private static final byte FORM = 1;
    private static final int BYTES = 1 + 3 * Long.BYTES;

    private AllowanceSerde() {}

    static Serde<Allowance> create() {
        return Serdes.serdeFrom((topic, allowance) -> encode(allowance), (topic, bytes) -> decode(bytes));
    }

    private static byte @Nullable [] encode(@Nullable Allowance allowance) {
        return allowance == null
                ? null
                : ByteBuffer.allocate(BYTES)
                        .put(FORM)
                        .putDouble(allowance.images())
                        .putLong(allowance.atMillis())
                        .putDouble(allowance.rate())
                        .array();
    }

    private static @Nullable Allowance decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length != BYTES || bytes[0] != FORM) {
            throw new SerializationException("This is no allowance, or one of a later release");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        return new Allowance(in.getDouble(), in.getLong(), in.getDouble());
    }
}
