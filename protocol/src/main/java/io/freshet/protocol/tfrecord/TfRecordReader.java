package io.freshet.protocol.tfrecord;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a TFRecord file as {@link TfRecordWriter} and TensorFlow write it, uncompressed. What is broken is said with the
 * file and the offset of the record. For one thread at a time; the caller closes it.
 */
public final class TfRecordReader implements AutoCloseable {

    private static final int BUFFER = 1 << 20;
    private static final int HEADER = Long.BYTES + Integer.BYTES;
    private static final short GZIP = (short) 0x8b1f;

    private final Path file;
    private final long size;
    private final InputStream in;
    private long offset;

    private TfRecordReader(Path file, long size, InputStream in) {
        this.file = file;
        this.size = size;
        this.in = in;
    }

    /** @throws IOException if there is no such file, or it cannot be read */
    public static TfRecordReader open(Path file) throws IOException {
        return new TfRecordReader(file, Files.size(file), new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    /** Where the next record begins, in bytes. */
    public long offset() {
        return offset;
    }

    /**
     * The next record; empty at the end of the file.
     *
     * @throws IOException if the file is truncated or its bytes have changed, or cannot be read
     */
    public Optional<byte[]> next() throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length == 0) {
            return Optional.empty();
        }
        if (header.length < HEADER) {
            throw broken("it ends within the record's length");
        }
        ByteBuffer numbers = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        long length = numbers.getLong();
        byte[] lengthBytes = new byte[Long.BYTES];
        System.arraycopy(header, 0, lengthBytes, 0, Long.BYTES);
        if (numbers.getInt() != MaskedCrc.of(lengthBytes)) {
            boolean packed = offset == 0 && numbers.getShort(0) == GZIP;
            throw broken(
                    packed
                            ? "it is compressed with gzip: unpack it first"
                            : "the checksum of the record's length is wrong");
        }
        if (length < 0 || length > size - offset - HEADER - Integer.BYTES) {
            throw broken("it ends within the record, which has " + length + " bytes");
        }
        if (length > Integer.MAX_VALUE - Long.BYTES) {
            throw broken("a record of " + length + " bytes is larger than is taken");
        }
        byte[] record = in.readNBytes((int) length);
        byte[] sum = in.readNBytes(Integer.BYTES);
        if (sum.length < Integer.BYTES) {
            throw broken("it ends within the record, which has " + length + " bytes");
        }
        if (ByteBuffer.wrap(sum).order(ByteOrder.LITTLE_ENDIAN).getInt() != MaskedCrc.of(record)) {
            throw broken("the checksum of the record's bytes is wrong");
        }
        offset += HEADER + length + Integer.BYTES;
        return Optional.of(record);
    }

    private IOException broken(String why) {
        return new IOException(file + " is broken at offset " + offset + ": " + why);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
