package io.freshet.protocol.image;

import io.freshet.protocol.image.Chunks.Chunk;
import java.util.List;
import java.util.Optional;

/** A WebP's first frame, by its own bytes, whatever the file's head says. */
final class WebpFrame {

    private static final int ANIMATED_HEAD = 16;

    private WebpFrame() {}

    /** So much is unpacked; nothing if there is no frame. */
    static Optional<ImageSize> size(byte[] webp, List<Chunk> chunks) {
        for (Chunk chunk : chunks) {
            switch (chunk.type()) {
                case "VP8 " -> {
                    return lossy(webp, chunk.at());
                }
                case "VP8L" -> {
                    return lossless(webp, chunk.at());
                }
                case "ANMF" -> {
                    return firstWithin(webp, chunk);
                }
                default -> {} // metadata, transparency
            }
        }
        return Optional.empty();
    }

    /** The frame of an animation may have its transparency before it. */
    private static Optional<ImageSize> firstWithin(byte[] webp, Chunk animated) {
        long end = (long) animated.at() + animated.length();
        for (long at = (long) animated.at() + ANIMATED_HEAD; at + 8 <= end; ) {
            if (Bytes.says(webp, at, "VP8 ")) {
                return lossy(webp, at + 8);
            }
            if (Bytes.says(webp, at, "VP8L")) {
                return lossless(webp, at + 8);
            }
            long length = Bytes.littleEndian(webp, at + 4);
            at += 8 + length + (length & 1);
        }
        return Optional.empty();
    }

    /** RFC 6386, section 9.1: two times 14 bits behind the tag and the start code. */
    private static Optional<ImageSize> lossy(byte[] webp, long at) {
        int width = Bytes.littleEndian16(webp, at + 6);
        int height = Bytes.littleEndian16(webp, at + 8);
        return width < 0 || height < 0 ? Optional.empty() : Optional.of(new ImageSize(width & 0x3fff, height & 0x3fff));
    }

    /** Two times 14 bits behind the signature, each one less than the side. */
    private static Optional<ImageSize> lossless(byte[] webp, long at) {
        long bits = Bytes.littleEndian(webp, at + 1);
        return bits < 0
                ? Optional.empty()
                : Optional.of(new ImageSize((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1));
    }
}
