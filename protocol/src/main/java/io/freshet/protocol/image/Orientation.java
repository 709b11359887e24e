package io.freshet.protocol.image;

/** How a camera was held, by EXIF's tag 0x0112: where the stored pixels go in the upright image. */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(false, true, false),
    UPSIDE_DOWN(false, true, true),
    MIRRORED_UPSIDE_DOWN(false, false, true),
    TRANSPOSED(true, false, false),
    QUARTER_RIGHT(true, true, false),
    TRANSVERSED(true, true, true),
    QUARTER_LEFT(true, false, true);

    private final boolean swapsAxes;
    private final boolean mirrorsX;
    private final boolean mirrorsY;

    /** Axes are swapped first; the mirrors are those of the upright image. */
    Orientation(boolean swapsAxes, boolean mirrorsX, boolean mirrorsY) {
        this.swapsAxes = swapsAxes;
        this.mirrorsX = mirrorsX;
        this.mirrorsY = mirrorsY;
    }

    /** @param tag the value of EXIF's tag; upright if it is none that EXIF knows */
    static Orientation of(int tag) {
        return tag < 1 || tag > values().length ? UPRIGHT : values()[tag - 1];
    }

    PixelImage apply(int width, int height, byte[] rgb) {
        if (this == UPRIGHT) {
            return new PixelImage(width, height, rgb);
        }
        int uprightWidth = swapsAxes ? height : width;
        int uprightHeight = swapsAxes ? width : height;
        byte[] upright = new byte[rgb.length];
        for (int y = 0; y < uprightHeight; y++) {
            for (int x = 0; x < uprightWidth; x++) {
                int a = mirrorsX ? uprightWidth - 1 - x : x;
                int b = mirrorsY ? uprightHeight - 1 - y : y;
                int from = 3 * (swapsAxes ? a * width + b : b * width + a);
                System.arraycopy(rgb, from, upright, 3 * (y * uprightWidth + x), 3);
            }
        }
        return new PixelImage(uprightWidth, uprightHeight, upright);
    }
}
