package io.freshet.protocol.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Unpacked pixels of any kind as {@code [height, width, 3] uint8}. Transparency is dropped. */
final class Rgb {

    /** Adobe's transform of four components that are luminance, two differences of colour, and black. */
    private static final int YCCK = 2;

    private Rgb() {}

    static byte[] of(BufferedImage image) {
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR && isWhole(image.getRaster())) {
            return fromBgr(((DataBufferByte) image.getRaster().getDataBuffer()).getData());
        }
        return image.getColorModel().getNumColorComponents() == 1 && !(image.getColorModel() instanceof IndexColorModel)
                ? fromGray(image)
                : fromColours(image);
    }

    /** Whether the raster is all of its buffer, row by row. */
    private static boolean isWhole(Raster raster) {
        return raster.getDataBuffer().getSize() == 3 * raster.getWidth() * raster.getHeight();
    }

    private static byte[] fromBgr(byte[] bgr) {
        byte[] rgb = new byte[bgr.length];
        for (int i = 0; i < bgr.length; i += 3) {
            rgb[i] = bgr[i + 2];
            rgb[i + 1] = bgr[i + 1];
            rgb[i + 2] = bgr[i];
        }
        return rgb;
    }

    /** Takes the samples as they are: Java's own conversion takes them for linear light, and brightens them. */
    private static byte[] fromGray(BufferedImage image) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        int bits = image.getColorModel().getComponentSize(0);
        int max = (1 << bits) - 1;
        int[] row = new int[width];
        byte[] rgb = new byte[3 * width * image.getHeight()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            for (int sample : row) {
                byte value = (byte) (bits == 8 ? sample : (sample * 255L + max / 2) / max);
                rgb[at++] = value;
                rgb[at++] = value;
                rgb[at++] = value;
            }
        }
        return rgb;
    }

    private static byte[] fromColours(BufferedImage image) {
        int width = image.getWidth();
        int[] row = new int[width];
        byte[] rgb = new byte[3 * width * image.getHeight()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int pixel : row) {
                rgb[at++] = (byte) (pixel >> 16);
                rgb[at++] = (byte) (pixel >> 8);
                rgb[at++] = (byte) pixel;
            }
        }
        return rgb;
    }

    /**
     * Four inks without a colour profile, as screens show them: {@code (1 - C)(1 - K)}. Adobe stores what is left of the
     * light in place of the ink, and nearly all such files come from there.
     */
    static byte[] ofFourInks(Raster raster, int adobeTransform) {
        int width = raster.getWidth();
        int[] row = new int[4 * width];
        byte[] rgb = new byte[3 * width * raster.getHeight()];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int i = 0; i < row.length; i += 4) {
                if (adobeTransform == YCCK) {
                    toInks(row, i);
                }
                int black = adobeTransform < 0 ? 255 - row[i + 3] : row[i + 3];
                for (int ink = 0; ink < 3; ink++) {
                    int light = adobeTransform < 0 ? 255 - row[i + ink] : row[i + ink];
                    rgb[at++] = (byte) ((light * black + 127) / 255);
                }
            }
        }
        return rgb;
    }

    /** As ITU-R BT.601 has it, and turned round, as Adobe's files are. */
    private static void toInks(int[] row, int at) {
        double y = row[at];
        double blue = row[at + 1] - 128;
        double red = row[at + 2] - 128;
        row[at] = 255 - clamp(y + 1.402 * red);
        row[at + 1] = 255 - clamp(y - .344136 * blue - .714136 * red);
        row[at + 2] = 255 - clamp(y + 1.772 * blue);
    }

    private static int clamp(double value) {
        return Math.clamp(Math.round(value), 0, 255);
    }
}
