package io.freshet.protocol;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names an image by its pixels: two files that decode to the same upright RGB pixels have one id, whatever their format
 * and metadata.
 *
 * @param hex SHA-256 over width and height (32-bit big-endian each) and the RGB bytes, 64 lower-case digits
 */
public record ImageId(String hex) {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ImageId {
        if (!SHA256.matcher(hex).matches()) {
            throw new IllegalArgumentException("An image id is 64 lower-case hexadecimal digits, not '" + hex + "'");
        }
    }

    /** @param rgb {@code [height, width, 3] uint8} */
    public static ImageId ofPixels(int width, int height, byte[] rgb) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(width)
                .putInt(height)
                .flip());
        return ofBytes(sha256.digest(rgb));
    }

    /** @throws IllegalArgumentException if there are not 32 bytes */
    public static ImageId ofBytes(byte[] sha256) {
        return new ImageId(HexFormat.of().formatHex(sha256));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Where the id lies among all, in [0, 1): uniform over images, and the same wherever it is asked. */
    public double uniform() {
        return (Long.parseUnsignedLong(hex, 0, 16, 16) >>> 11) * 0x1.0p-53;
    }

    @Override
    public String toString() {
        return hex;
    }
}
