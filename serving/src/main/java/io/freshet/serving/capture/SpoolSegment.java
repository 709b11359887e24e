package io.freshet.serving.capture;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of frames: each the payload's length and CRC-32C (32-bit big-endian), then the payload, which is not empty. A
 * frame that was not written to its end is cut off when the file is opened, with what lies behind it.
 *
 * <p>For one thread at a time. The caller closes it.
 */
final class SpoolSegment implements AutoCloseable {

    static final String SUFFIX = ".spool";
    static final int OVERHEAD = 2 * Integer.BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(SpoolSegment.class);

    /** @param next where the frame behind it begins */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(byte[] payload, long next) {}

    private final long number;
    private final Path file;
    private final FileChannel channel;
    private long end;

    private SpoolSegment(long number, Path file, FileChannel channel) {
        this.number = number;
        this.file = file;
        this.channel = channel;
    }

    /** Opens a segment, or makes it. */
    static SpoolSegment open(Path folder, long number) throws IOException {
        Path file = folder.resolve(String.format(Locale.ROOT, "%019d%s", number, SUFFIX));
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        SpoolSegment segment = new SpoolSegment(number, file, channel);
        try {
            segment.cutTornTail();
            return segment;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void cutTornTail() throws IOException {
        long size = channel.size();
        Optional<Frame> frame = frameAt(0, size);
        while (frame.isPresent()) {
            end = frame.get().next();
            frame = frameAt(end, size);
        }
        if (end < size) {
            LOG.warn("{} bytes at the end of {} are no whole image, and are cut off", size - end, file);
            channel.truncate(end);
        }
    }

    /** Orders the segments. */
    long number() {
        return number;
    }

    /** Bytes of its frames. */
    long end() {
        return end;
    }

    /** @throws IOException if the disk fails or is full; the segment is as it was */
    void append(byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(OVERHEAD + payload.length)
                .putInt(payload.length)
                .putInt(crc(payload))
                .put(payload)
                .flip();
        try {
            long position = end;
            while (frame.hasRemaining()) {
                position += channel.write(frame, position);
            }
            end = position;
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
    }

    /** The frame that begins there; empty at the end. */
    Optional<Frame> read(long position) throws IOException {
        return frameAt(position, end);
    }

    private Optional<Frame> frameAt(long position, long limit) throws IOException {
        if (limit - position < OVERHEAD) {
            return Optional.empty();
        }
        ByteBuffer head = fill(ByteBuffer.allocate(OVERHEAD), position);
        int length = head.getInt();
        int crc = head.getInt();
        long next = position + OVERHEAD + length;
        if (length < 1 || next > limit) {
            return Optional.empty();
        }
        byte[] payload = fill(ByteBuffer.allocate(length), position + OVERHEAD).array();
        return crc(payload) == crc ? Optional.of(new Frame(payload, next)) : Optional.empty();
    }

    private ByteBuffer fill(ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new EOFException(file + " is shorter than it was");
            }
            at += read;
        }
        return buffer.flip();
    }

    private static int crc(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    /** Closes and deletes it. */
    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
