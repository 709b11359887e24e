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
        float[] rows = across(image, width);
        byte[] rgb = new byte[3 * width * height];
        float[] sums = new float[3 * width];
        Window[] down = windows(image.height(), height);
        for (int y = 0; y < height; y++) {
            addRows(rows, down[y], sums);
            for (int i = 0; i < sums.length; i++) {
                rgb[y * sums.length + i] = (byte) Math.clamp(Math.round(sums[i]), 0, 255);
            }
        }
        return new PixelImage(width, height, rgb);
    }

    /** {@code [height, width, 3]}: each row at its new width. */
    private static float[] across(PixelImage image, int width) {
        byte[] source = image.rgb();
        float[] rows = new float[image.height() * width * 3];
        Window[] windows = windows(image.width(), width);
        int to = 0;
        for (int y = 0; y < image.height(); y++) {
            int row = 3 * y * image.width();
            for (Window window : windows) {
                float red = 0;
                float green = 0;
                float blue = 0;
                int at = row + 3 * window.first;
                for (float weight : window.weights) {
                    red += weight * (source[at] & 0xff);
                    green += weight * (source[at + 1] & 0xff);
                    blue += weight * (source[at + 2] & 0xff);
                    at += 3;
                }
                rows[to] = red;
                rows[to + 1] = green;
                rows[to + 2] = blue;
                to += 3;
            }
        }
        return rows;
    }

    /** Rows whole, for that is a loop that the compiler makes a vector's. */
    private static void addRows(float[] rows, Window window, float[] sums) {
        Arrays.fill(sums, 0);
        for (int j = 0; j < window.weights.length; j++) {
            float weight = window.weights[j];
            int from = (window.first + j) * sums.length;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * rows[from + i];
            }
        }
    }

    /** A square that a glance at the image needs: of a large one by the plain means of blocks, which is fast. */
    static PixelImage shrink(PixelImage image, int side) {
        if (image.width() < BLOCK * side || image.height() < BLOCK * side) {
            return resize(image, side, side);
        }
        int[] columns = edges(image.width(), side);
        int[] rows = edges(image.height(), side);
        byte[] rgb = new byte[3 * side * side];
        for (int y = 0; y < side; y++) {
            int[] sums = RowSums.of(image.rgb(), 3 * image.width(), rows[y], rows[y + 1]);
            for (int x = 0; x < side; x++) {
                int count = (columns[x + 1] - columns[x]) * (rows[y + 1] - rows[y]);
                int r = count / 2;
                int g = r;
                int b = r;
                for (int i = 3 * columns[x]; i < 3 * columns[x + 1]; i += 3) {
                    r += sums[i];
                    g += sums[i + 1];
                    b += sums[i + 2];
                }
                int to = 3 * (y * side + x);
                rgb[to] = (byte) (r / count);
                rgb[to + 1] = (byte) (g / count);
                rgb[to + 2] = (byte) (b / count);
            }
        }
        return new PixelImage(side, side, rgb);
    }

    /** Where the blocks begin, and where the last one ends. */
    private static int[] edges(int length, int blocks) {
        int[] edges = new int[blocks + 1];
        Arrays.setAll(edges, i -> (int) (((long) i * length + blocks - 1) / blocks));
        return edges;
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
