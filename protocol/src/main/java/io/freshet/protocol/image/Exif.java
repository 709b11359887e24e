package io.freshet.protocol.image;

import io.freshet.protocol.image.Chunks.Chunk;
import java.util.List;

/**
 * Finds the orientation tag (0x0112) in an image's EXIF block, and reads nothing else: what a stranger packs into
 * metadata is not unpacked. Broken metadata is no reason to refuse an image.
 */
final class Exif {

    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY = 12;
    private static final String JPEG_HEAD = "Exif\0\0";
    private static final int NONE = 0;

    private Exif() {}

    /**
     * @param chunks of a PNG or a WebP, none of the other formats
     * @return 1 to 8 as EXIF has them; any other number if it does not say
     */
    static int orientation(byte[] image, ImageFormat format, List<Chunk> chunks) {
        return switch (format) {
            case JPEG -> inJpeg(image);
            case PNG -> inChunk(image, chunks, "eXIf");
            case WEBP -> inChunk(image, chunks, "EXIF");
            case GIF, BMP -> NONE;
        };
    }

    private static int inJpeg(byte[] jpeg) {
        for (long at = 2; Bytes.has(jpeg, at, 4) && (jpeg[(int) at] & 0xff) == 0xff; ) {
            int marker = jpeg[(int) at + 1] & 0xff;
            if (marker == 0xff) { // a fill byte
                at++;
                continue;
            }
            if (marker == 0xda || marker == 0xd9) { // the pixels begin, or nothing follows
                return NONE;
            }
            if (marker == 0xe1 && Bytes.says(jpeg, at + 4, JPEG_HEAD)) {
                return inTiff(jpeg, at + 4 + JPEG_HEAD.length());
            }
            at += 2 + Bytes.bigEndian16(jpeg, at + 2);
        }
        return NONE;
    }

    private static int inChunk(byte[] image, List<Chunk> chunks, String type) {
        for (Chunk chunk : chunks) {
            if (chunk.type().equals(type)) {
                // Some writers of WebP put JPEG's head before the block.
                int head = Bytes.says(image, chunk.at(), JPEG_HEAD) ? JPEG_HEAD.length() : 0;
                return inTiff(image, (long) chunk.at() + head);
            }
        }
        return NONE;
    }

    private static int inTiff(byte[] image, long tiff) {
        boolean big = Bytes.says(image, tiff, "MM");
        if (!big && !Bytes.says(image, tiff, "II")) {
            return NONE;
        }
        long directory = tiff + number(image, tiff + 4, big);
        int entries = Math.max(0, number16(image, directory, big));
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + (long) ENTRY * i;
            if (number16(image, entry, big) == ORIENTATION && number16(image, entry + 2, big) == SHORT) {
                return number16(image, entry + 8, big);
            }
        }
        return NONE;
    }

    private static long number(byte[] image, long at, boolean big) {
        return big ? Bytes.bigEndian(image, at) : Bytes.littleEndian(image, at);
    }

    private static int number16(byte[] image, long at, boolean big) {
        return big ? Bytes.bigEndian16(image, at) : Bytes.littleEndian16(image, at);
    }
}
