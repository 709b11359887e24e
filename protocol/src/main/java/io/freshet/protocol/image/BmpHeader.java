package io.freshet.protocol.image;

import java.io.IOException;
import java.util.Optional;

/** What of a BMP's header must hold before Java's reader is let at it. */
final class BmpHeader {

    private static final int OLDEST_HEADER = 12;
    private static final int BIT_FIELDS = 3;

    private BmpHeader() {}

    /** Nothing if the header is too short to say. */
    static Optional<ImageSize> size(byte[] bmp) {
        boolean oldest = Bytes.littleEndian(bmp, 14) == OLDEST_HEADER;
        int width = oldest ? Bytes.littleEndian16(bmp, 18) : (int) Bytes.littleEndian(bmp, 18);
        int height = oldest ? Bytes.littleEndian16(bmp, 20) : (int) Bytes.littleEndian(bmp, 22);
        // Below zero where the rows run downwards; the least of all numbers has no opposite.
        int rows = Math.abs(Math.max(height, -Integer.MAX_VALUE));
        return width < 0 ? Optional.empty() : Optional.of(new ImageSize(width, rows));
    }

    /**
     * Checks that the pixels lie within the file, for the reader makes room for all that is said to lie before them; and
     * that they are a BMP's own: a JPEG or PNG inside would be unpacked at a size that nobody has checked.
     */
    static void check(byte[] bmp) throws IOException {
        long pixels = Bytes.littleEndian(bmp, 10);
        long header = Bytes.littleEndian(bmp, 14);
        if (pixels < 0 || header < 0 || pixels > bmp.length || header > bmp.length) {
            throw new IOException("its pixels or its header lie beyond its end");
        }
        long compression = header > OLDEST_HEADER ? Bytes.littleEndian(bmp, 30) : 0;
        if (compression > BIT_FIELDS) {
            throw new IOException("its pixels are packed in a form (" + compression + ") that is not taken");
        }
        long colours = header > OLDEST_HEADER ? Bytes.littleEndian(bmp, 46) : 0;
        if (colours > bmp.length) {
            throw new IOException("it says that it has " + colours + " colours");
        }
    }
}
