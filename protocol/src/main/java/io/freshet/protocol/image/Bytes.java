package io.freshet.protocol.image;

import java.nio.charset.StandardCharsets;

/** Reads numbers from the middle of bytes that a stranger wrote: beyond the end lies nothing, and no exception. */
final class Bytes {

    private Bytes() {}

    /** Unsigned, 32 bits; -1 if they are not all there. */
    static long bigEndian(byte[] bytes, long at) {
        return has(bytes, at, 4)
                ? (long) at(bytes, at) << 24 | at(bytes, at + 1) << 16 | at(bytes, at + 2) << 8 | at(bytes, at + 3)
                : -1;
    }

    /** Unsigned, 32 bits; -1 if they are not all there. */
    static long littleEndian(byte[] bytes, long at) {
        return has(bytes, at, 4)
                ? (long) at(bytes, at + 3) << 24 | at(bytes, at + 2) << 16 | at(bytes, at + 1) << 8 | at(bytes, at)
                : -1;
    }

    /** Unsigned, 16 bits; -1 if they are not all there. */
    static int bigEndian16(byte[] bytes, long at) {
        return has(bytes, at, 2) ? at(bytes, at) << 8 | at(bytes, at + 1) : -1;
    }

    /** Unsigned, 16 bits; -1 if they are not all there. */
    static int littleEndian16(byte[] bytes, long at) {
        return has(bytes, at, 2) ? at(bytes, at + 1) << 8 | at(bytes, at) : -1;
    }

    /** Whether that ASCII text stands there. */
    static boolean says(byte[] bytes, long at, String text) {
        if (!has(bytes, at, text.length())) {
            return false;
        }
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[(int) at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean has(byte[] bytes, long at, long count) {
        return at >= 0 && count >= 0 && at + count <= bytes.length;
    }

    private static int at(byte[] bytes, long at) {
        return bytes[(int) at] & 0xff;
    }
}
