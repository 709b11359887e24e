package io.freshet.protocol.image;

import java.time.Duration;

/**
 * What an encoded image may cost.
 *
 * @param maxBytes of the encoded image
 * @param maxSide width or height, in pixels
 * @param maxPixels width times height; all images that are decoded at one time have at most twice as many together
 * @param maxTime that a thread may work on one
 */
public record DecodeLimits(int maxBytes, int maxSide, int maxPixels, Duration maxTime) {

    private static final Duration DEFAULT_TIME = Duration.ofSeconds(1);

    /** 8 MiB, 8,192 pixels a side, 16 million pixels, 1 second of work. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(8 << 20, 8_192, 16_000_000);

    public DecodeLimits {
        if (maxBytes < 1 || maxSide < 1 || maxPixels < 1) {
            throw new IllegalArgumentException("maxBytes, maxSide and maxPixels must be positive, not " + maxBytes
                    + ", " + maxSide + " and " + maxPixels);
        }
        if (maxTime.toMillis() < 1) {
            throw new IllegalArgumentException("maxTime must be longer than nothing, not " + maxTime);
        }
    }

    /** With the default time. */
    public DecodeLimits(int maxBytes, int maxSide, int maxPixels) {
        this(maxBytes, maxSide, maxPixels, DEFAULT_TIME);
    }
}
