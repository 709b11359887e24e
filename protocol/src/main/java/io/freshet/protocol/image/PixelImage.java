package io.freshet.protocol.image;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;

/** An upright image of 8-bit RGB pixels. Immutable; the array that goes in belongs to it. */
public final class PixelImage {

    private final int width;
    private final int height;
    private final byte[] rgb;

    /**
     * @param rgb {@code [height, width, 3] uint8}, not to be changed afterwards
     * @throws IllegalArgumentException if the array does not fit the sides
     */
    public PixelImage(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    rgb.length + " bytes are no RGB image of " + width + "x" + height + " pixels");
        }
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /** @param gray {@code [height, width] uint8} */
    public static PixelImage ofGray(int width, int height, byte[] gray) {
        byte[] rgb = new byte[3 * gray.length];
        for (int i = 0; i < gray.length; i++) {
            rgb[3 * i] = gray[i];
            rgb[3 * i + 1] = gray[i];
            rgb[3 * i + 2] = gray[i];
        }
        return new PixelImage(width, height, rgb);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    public ImageId id() {
        return ImageId.ofPixels(width, height, rgb);
    }

    /** {@code [height, width, 3] uint8}, the pixels themselves. */
    byte[] rgb() {
        return rgb;
    }

    /** The image, shrunk if need be until neither side is longer. */
    public PixelImage within(int side) {
        int longest = Math.max(width, height);
        return longest <= side
                ? this
                : Resampler.resize(
                        this,
                        Math.max(1, Math.toIntExact(Math.round((double) width * side / longest))),
                        Math.max(1, Math.toIntExact(Math.round((double) height * side / longest))));
    }

    /** A channel's value, 0 to 255. */
    public int value(int x, int y, int channel) {
        return rgb[3 * (y * width + x) + channel] & 0xff;
    }

    /**
     * The bytes that a model takes: resized if need be, gray by the weights of ITU-R BT.601 where it has one channel.
     *
     * @param channels 1 or 3
     * @return {@code [height, width, channels] uint8}, the caller's
     */
    public byte[] toModelInput(int height, int width, int channels) {
        PixelImage sized = width == this.width && height == this.height ? this : Resampler.resize(this, width, height);
        if (channels == 3) {
            return sized.rgb.clone();
        }
        byte[] gray = new byte[width * height];
        for (int i = 0; i < gray.length; i++) {
            int r = sized.rgb[3 * i] & 0xff;
            int g = sized.rgb[3 * i + 1] & 0xff;
            int b = sized.rgb[3 * i + 2] & 0xff;
            gray[i] = (byte) ((299 * r + 587 * g + 114 * b + 500) / 1000);
        }
        return gray;
    }

    /** A PNG without metadata, of one channel if the image has no colour. */
    public EncodedImage toPng() {
        return new EncodedImage(
                isGray() ? PngWriter.write(width, height, 1, gray()) : PngWriter.write(width, height, 3, rgb));
    }

    /** One channel of three that are alike. */
    private byte[] gray() {
        byte[] gray = new byte[width * height];
        for (int i = 0; i < gray.length; i++) {
            gray[i] = rgb[3 * i];
        }
        return gray;
    }

    /** Whether no pixel has a colour. */
    public boolean isGray() {
        for (int i = 0; i < rgb.length; i += 3) {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
                return false;
            }
        }
        return true;
    }
}
