package io.freshet.protocol.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** The pieces that PNG and WebP files are made of. Finding them reads no more than their heads. */
final class Chunks {

    /**
     * @param at where its content begins
     * @param length of the content, all of it within the file
     */
    record Chunk(String type, int at, int length) {}

    /** A file that is not what its chunks say. */
    static final class BrokenException extends IOException {

        private static final long serialVersionUID = 1L;

        BrokenException(String message) {
            super(message);
        }
    }

    private static final int PNG_SIGNATURE = 8;
    private static final int RIFF_HEADER = 12;

    private Chunks() {}

    /**
     * The chunks of a PNG up to its end, each by its checksum: Java's reader would take altered ones, and make room for
     * as many bytes as they say they have.
     */
    static List<Chunk> ofPng(byte[] png) throws BrokenException {
        List<Chunk> chunks = new ArrayList<>();
        CRC32 crc = new CRC32();
        for (long at = PNG_SIGNATURE; Bytes.has(png, at, 12); ) {
            long length = Bytes.bigEndian(png, at);
            if (!Bytes.has(png, at + 8, length + 4)) {
                throw new BrokenException("a chunk of " + length + " bytes goes beyond the end");
            }
            Chunk chunk = new Chunk(type(png, at + 4), (int) at + 8, (int) length);
            crc.reset();
            crc.update(png, (int) at + 4, (int) length + 4);
            if (crc.getValue() != Bytes.bigEndian(png, at + 8 + length)) {
                throw new BrokenException("the checksum of chunk " + chunk.type() + " is wrong");
            }
            chunks.add(chunk);
            if (chunk.type().equals("IEND")) {
                return chunks;
            }
            at += 12 + length;
        }
        throw new BrokenException("it has no end");
    }

    /** The chunks of a WebP, as far as its header says that it reaches. */
    static List<Chunk> ofWebp(byte[] webp) throws BrokenException {
        long end = 8 + Bytes.littleEndian(webp, 4);
        if (end > webp.length) {
            throw new BrokenException("of " + end + " bytes there are " + webp.length);
        }
        List<Chunk> chunks = new ArrayList<>();
        for (long at = RIFF_HEADER; at + 8 <= end; ) {
            long length = Bytes.littleEndian(webp, at + 4);
            if (at + 8 + length > end) {
                throw new BrokenException("a chunk of " + length + " bytes goes beyond the end");
            }
            chunks.add(new Chunk(type(webp, at), (int) at + 8, (int) length));
            at += 8 + length + (length & 1);
        }
        return chunks;
    }

    private static String type(byte[] bytes, long at) {
        StringBuilder type = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            char c = (char) (bytes[(int) at + i] & 0xff);
            type.append(c == ' ' || (c < 128 && Character.isLetterOrDigit(c)) ? c : '?');
        }
        return type.toString();
    }
}
