package io.freshet.protocol.image;

import java.util.Arrays;

/** A gray picture of 16x16 pixels. The array that goes in belongs to it. */
final class Thumbnail {

    static final int SIDE = 16;
    static final int BYTES = SIDE * SIDE;

    private static final int SHRINKING = FrequencyHash.SIDE / SIDE;

    private final byte[] pixels;

    Thumbnail(byte[] pixels) {
        this.pixels = pixels;
    }

    /** @param image of {@link FrequencyHash#SIDE} pixels a side */
    static Thumbnail of(PixelImage image) {
        byte[] pixels = new byte[BYTES];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                float sum = 0;
                for (int i = 0; i < SHRINKING * SHRINKING; i++) {
                    sum += FrequencyHash.luminance(image, SHRINKING * x + i % SHRINKING, SHRINKING * y + i / SHRINKING);
                }
                pixels[y * SIDE + x] = (byte) Math.round(sum / (SHRINKING * SHRINKING));
            }
        }
        return new Thumbnail(pixels);
    }

    float value(int x, int y) {
        return pixels[y * SIDE + x] & 0xff;
    }

    /** The pixels themselves, not to be changed. */
    byte[] pixels() {
        return pixels;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Thumbnail that && Arrays.equals(pixels, that.pixels);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pixels);
    }
}
