package io.freshet.trainer.evaluation.corruption;

/**
 * An image as light: {@code [height, width, channels]}, 0 to 1, in an array that belongs to it. Corruptions may leave
 * the range; {@link #toBytes} cuts off what does. Immutable.
 */
public final class Picture {

    private final int height;
    private final int width;
    private final int channels;
    private final float[] values;

    /** @param values {@code [height, width, channels]}, 0 to 1; belongs to the picture from now on */
    public Picture(int height, int width, int channels, float[] values) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.values = values;
    }

    /** In pixels. */
    public int height() {
        return height;
    }

    /** In pixels. */
    public int width() {
        return width;
    }

    /** 1 (gray) or 3 (RGB). */
    public int channels() {
        return channels;
    }

    /** The values, a copy. */
    public float[] values() {
        return values.clone();
    }

    /** @param image {@code [height, width, channels] uint8} */
    public static Picture of(byte[] image, int height, int width, int channels) {
        float[] values = new float[image.length];
        for (int i = 0; i < image.length; i++) {
            values[i] = (image[i] & 0xff) / 255f;
        }
        return new Picture(height, width, channels, values);
    }

    /** A value of a pixel. */
    @FunctionalInterface
    public interface Value {
        double at(int y, int x, int channel);
    }

    /** A picture of the same size. */
    public Picture map(Value value) {
        float[] mapped = new float[values.length];
        int i = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    mapped[i++] = (float) value.at(y, x, channel);
                }
            }
        }
        return new Picture(height, width, channels, mapped);
    }

    /** A value of a pixel; beyond the border, the border is repeated. */
    public float at(int y, int x, int channel) {
        int row = Math.clamp(y, 0, height - 1);
        int column = Math.clamp(x, 0, width - 1);
        return values[(row * width + column) * channels + channel];
    }

    /** {@code [height, width, channels] uint8}. */
    public byte[] toBytes() {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) Math.clamp(Math.round(255 * values[i]), 0, 255);
        }
        return bytes;
    }
}
