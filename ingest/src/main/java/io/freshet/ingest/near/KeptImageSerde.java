package io.freshet.ingest.near;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.Fingerprint;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a {@link KeptImage}: a byte for the form itself, then its parts, big-endian. The first form had no
 * subject.
 */
final class KeptImageSerde {

    private static final byte FIRST_FORM = 1;
    private static final byte FORM = 2;
    private static final int ID = 32;
    private static final int FIRST_BYTES = 1 + ID + Integer.BYTES + 2 * Long.BYTES + Fingerprint.BYTES;
    private static final int BYTES = FIRST_BYTES + Long.BYTES;

    private KeptImageSerde() {}

    static Serde<KeptImage> create() {
        return Serdes.serdeFrom((topic, image) -> encode(image), (topic, bytes) -> decode(bytes));
    }

    private static byte @Nullable [] encode(@Nullable KeptImage image) {
        return image == null
                ? null
                : ByteBuffer.allocate(BYTES)
                        .put(FORM)
                        .put(image.id().bytes())
                        .putLong(image.subject())
                        .putInt(image.cell())
                        .putLong(image.atMillis())
                        .putLong(image.copies())
                        .put(image.fingerprint().bytes())
                        .array();
    }

    private static @Nullable KeptImage decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        boolean isFirst = bytes.length == FIRST_BYTES && bytes[0] == FIRST_FORM;
        if (!isFirst && (bytes.length != BYTES || bytes[0] != FORM)) {
            throw new SerializationException("This is no image that was kept, or one of a later release");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        byte[] id = new byte[ID];
        byte[] fingerprint = new byte[Fingerprint.BYTES];
        in.get(id);
        long subject = isFirst ? 0 : in.getLong();
        int cell = in.getInt();
        long atMillis = in.getLong();
        long copies = in.getLong();
        in.get(fingerprint);
        return new KeptImage(ImageId.ofBytes(id), subject, cell, Fingerprint.ofBytes(fingerprint), atMillis, copies);
    }
}
