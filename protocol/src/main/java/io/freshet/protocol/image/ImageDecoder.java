package io.freshet.protocol.image;

import io.freshet.protocol.image.DecodeResult.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes JPEG, PNG and WebP to upright RGB: the content decides the format, not what a client calls it; sizes are
 * checked in the header before pixels are unpacked; the EXIF orientation is applied, all other metadata is dropped, and
 * so is transparency. Thread safe.
 */
public final class ImageDecoder {

    static {
        // Else each image goes through a temporary file.
        ImageIO.setUseCache(false);
    }

    private final DecodeLimits limits;

    public ImageDecoder(DecodeLimits limits) {
        this.limits = limits;
    }

    /** Decodes an image; bytes that are none, or not within the limits, are refused with the reason. */
    public DecodeResult decode(byte[] encoded) {
        if (encoded.length == 0) {
            return new DecodeResult.Refused(Reason.EMPTY, "There are no bytes");
        }
        if (encoded.length > limits.maxBytes()) {
            return new DecodeResult.Refused(
                    Reason.TOO_MANY_BYTES, encoded.length + " bytes, and at most " + limits.maxBytes() + " are taken");
        }
        Optional<ImageFormat> format = ImageFormat.sniff(encoded);
        if (format.isEmpty()) {
            return new DecodeResult.Refused(Reason.UNKNOWN_FORMAT, "Neither JPEG, nor PNG, nor WebP");
        }
        try {
            return decode(encoded, format.get());
        } catch (IOException | RuntimeException e) {
            // Readers meet broken input with whatever their parsing runs into: it is the input's fault all the same.
            return new DecodeResult.Refused(Reason.UNDECODABLE, format.get() + " that cannot be decoded: " + e);
        }
    }

    private DecodeResult decode(byte[] encoded, ImageFormat format) throws IOException {
        ImageReader reader = reader(format);
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(encoded))) {
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width > limits.maxSide() || height > limits.maxSide() || (long) width * height > limits.maxPixels()) {
                return new DecodeResult.Refused(
                        Reason.TOO_LARGE,
                        width + "x" + height + " pixels, and at most " + limits.maxSide() + " a side and "
                                + limits.maxPixels() + " in all are taken");
            }
            byte[] rgb = toRgb(reader.read(0));
            return new DecodeResult.Decoded(Orientation.of(encoded).apply(width, height, rgb));
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader reader(ImageFormat format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.imageIoName());
        if (!readers.hasNext()) {
            throw new IllegalStateException("There is no reader for " + format + " on the class path");
        }
        return readers.next();
    }

    /** {@code [height, width, 3] uint8}. */
    private static byte[] toRgb(BufferedImage image) {
        return image.getColorModel().getNumColorComponents() == 1 && !(image.getColorModel() instanceof IndexColorModel)
                ? fromGray(image)
                : fromColours(image);
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
}
