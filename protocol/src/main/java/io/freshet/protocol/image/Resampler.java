package io.freshet.protocol.image;

import java.util.Arrays;

/**
 * Resizes images with a triangle filter that widens when it shrinks them, as Pillow's BILINEAR and TensorFlow's
 * antialiased bilinear resize do: no pixel of the source is passed over.
 */
final class Resampler {

    /** The source pixels that make one target pixel, and what each counts. */
    @SuppressWarnings("ArrayRecordComponent") // neither leaves this class nor is compared
    private record Window(int first, float[] weights) {}

    /** Pixels a side of the blocks that are large enough for their plain means. */
    private static final int BLOCK = 5;

    private Resampler() {}

    static PixelImage resize(PixelImage image, int width, int height) {
        float[] rows = new float[image.height() * width * 3];
        Window[] across = windows(image.width(), width);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                Window window = across[x];
                for (int channel = 0; channel < 3; channel++) {
                    float sum = 0;
                    for (int i = 0; i < window.weights.length; i++) {
                        sum += window.weights[i] * image.value(window.first + i, y, channel);
                    }
                    rows[3 * (y * width + x) + channel] = sum;
                }
            }
        }
        byte[] rgb = new byte[3 * width * height];
        Window[] down = windows(image.height(), height);
        for (int y = 0; y < height; y++) {
            Window window = down[y];
            for (int i = 0; i < 3 * width; i++) {
                float sum = 0;
                for (int j = 0; j < window.weights.length; j++) {
                    sum += window.weights[j] * rows[3 * width * (window.first + j) + i];
                }
                rgb[3 * width * y + i] = (byte) Math.clamp(Math.round(sum), 0, 255);
            }
        }
        return new PixelImage(width, height, rgb);
    }

    /** A square that a glance at the image needs: of a large one by the plain means of blocks, which is fast. */
    static PixelImage shrink(PixelImage image, int side) {
        if (image.width() < BLOCK * side || image.height() < BLOCK * side) {
            return resize(image, side, side);
        }
        byte[] source = image.rgb();
        int[] column = new int[image.width()];
        Arrays.setAll(column, x -> 3 * (int) ((long) x * side / image.width()));
        int[] sums = new int[3 * side * side];
        int[] counts = new int[2 * side]; // columns and rows of the blocks
        for (int to : column) {
            counts[to / 3]++;
        }
        int at = 0;
        for (int y = 0; y < image.height(); y++) {
            int block = (int) ((long) y * side / image.height());
            int row = 3 * side * block;
            counts[side + block]++;
            for (int to : column) {
                sums[row + to] += source[at] & 0xff;
                sums[row + to + 1] += source[at + 1] & 0xff;
                sums[row + to + 2] += source[at + 2] & 0xff;
                at += 3;
            }
        }
        byte[] rgb = new byte[sums.length];
        for (int i = 0; i < rgb.length; i++) {
            int count = counts[i / 3 % side] * counts[side + i / 3 / side];
            rgb[i] = (byte) ((sums[i] + count / 2) / count);
        }
        return new PixelImage(side, side, rgb);
    }

    private static Window[] windows(int from, int to) {
        double scale = (double) from / to;
        double radius = Math.max(scale, 1);
        Window[] windows = new Window[to];
        for (int i = 0; i < to; i++) {
            double middle = (i + .5) * scale;
            int first = Math.max(0, (int) Math.floor(middle - radius + .5));
            int last = Math.min(from - 1, (int) Math.ceil(middle + radius - .5) - 1);
            last = Math.max(first, last);
            float[] weights = new float[last - first + 1];
            double sum = 0;
            for (int j = first; j <= last; j++) {
                double weight = Math.max(0, 1 - Math.abs((j + .5 - middle) / radius));
                weights[j - first] = (float) weight;
                sum += weight;
            }
            for (int j = 0; j < weights.length; j++) {
                weights[j] = (float) (weights[j] / sum);
            }
            windows[i] = new Window(first, weights);
        }
        return windows;
    }
}
