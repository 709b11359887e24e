package io.freshet.protocol.image;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of an image for a reader, which finds them gone when the deadline has passed: an image of few bytes and much
 * work, such as a JPEG of a hundred thousand scans, ends there.
 */
final class TimedImageStream extends ImageInputStreamImpl {

    /** Single bytes between two looks at the clock. */
    private static final int BYTES_PER_LOOK = 1_024;

    private final byte[] bytes;
    private final Deadline deadline;
    private int unlooked;

    TimedImageStream(byte[] bytes, Deadline deadline) {
        this.bytes = bytes;
        this.deadline = deadline;
    }

    @Override
    public int read() throws Deadline.PassedException {
        if (++unlooked >= BYTES_PER_LOOK) {
            unlooked = 0;
            deadline.check();
        }
        bitOffset = 0;
        return streamPos >= bytes.length ? -1 : bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws Deadline.PassedException {
        deadline.check();
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            return -1;
        }
        int count = Math.min(length, bytes.length - (int) streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
