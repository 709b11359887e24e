package io.freshet.protocol.tfrecord;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a TFRecord file: of each record its length (64 bits), that one's masked CRC, the bytes, and their masked CRC, all
 * little-endian. For one thread at a time; the caller closes it, and the file is whole only then.
 */
public final class TfRecordWriter implements AutoCloseable {

    private final OutputStream out;

    private TfRecordWriter(OutputStream out) {
        this.out = out;
    }

    /** @throws IOException if the file, which is replaced if it is there, cannot be written */
    public static TfRecordWriter create(Path file) throws IOException {
        return new TfRecordWriter(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    /** @throws IOException if the disk does not take it */
    public void write(byte[] record) throws IOException {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(record.length)
                .array();
        out.write(length);
        out.write(fixed(MaskedCrc.of(length)));
        out.write(record);
        out.write(fixed(MaskedCrc.of(record)));
    }

    private static byte[] fixed(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
