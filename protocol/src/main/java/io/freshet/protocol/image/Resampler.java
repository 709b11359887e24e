package io.freshet.protocol.image;

/**
 * Resizes images with a triangle filter that widens when it shrinks them, as Pillow's BILINEAR and TensorFlow's
 * antialiased bilinear resize do: no pixel of the source is passed over.
 */
final class Resampler {

    /** The source pixels that make one target pixel, and what each counts. */
    @SuppressWarnings("ArrayRecordComponent") // neither leaves this class nor is compared
    private record Window(int first, float[] weights) {}

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
