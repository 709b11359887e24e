package io.freshet.protocol.image;

/**
 * What an encoded image may cost.
 *
 * @param maxBytes of the encoded image
 * @param maxSide width or height, in pixels
 * @param maxPixels width times height
 */
public record DecodeLimits(int maxBytes, int maxSide, int maxPixels) {

    /** 8 MiB, 8,192 pixels a side, 16 million pixels. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(8 << 20, 8_192, 16_000_000);

    public DecodeLimits {
        if (maxBytes < 1 || maxSide < 1 || maxPixels < 1) {
            throw new IllegalArgumentException("maxBytes, maxSide and maxPixels must be positive, not " + maxBytes
                    + ", " + maxSide + " and " + maxPixels);
        }
    }
}
