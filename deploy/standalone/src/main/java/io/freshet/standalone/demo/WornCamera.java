package io.freshet.standalone.demo;

import io.freshet.protocol.image.PixelImage;
import java.util.SplittableRandom;

/**
 * The change in the demo's world: a camera whose lens has gone soft and whose light fails. Gaussian blur, a darker tone
 * curve, light that falls off to one corner, and sensor noise; nothing in RandAugment, as the trainer has it, does any
 * of these.
 *
 * @param blur standard deviation in pixels, for an image 28 pixels wide; it grows with the width
 * @param gamma exponent of the tone curve, above 1 darkens the middle tones
 * @param unevenness how much light the one corner gets in addition, of 1; the opposite one gets none
 * @param noise standard deviation of the sensor's noise, of 1
 */
record WornCamera(double blur, double gamma, double unevenness, double noise) {

    /** As the demo has it. */
    static final WornCamera DEMO = new WornCamera(.9, 1.3, .2, .045);

    private static final double WIDTH_OF_BLUR = 28;

    /** @param random decides the noise */
    PixelImage photograph(PixelImage scene, SplittableRandom random) {
        int width = scene.width();
        int height = scene.height();
        double[] kernel = kernel(blur * width / WIDTH_OF_BLUR);
        boolean gray = scene.isGray();
        byte[] rgb = new byte[3 * width * height];
        double[][] planes = new double[gray ? 1 : 3][];
        for (int channel = 0; channel < planes.length; channel++) {
            planes[channel] = blurred(scene, channel, kernel);
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double light = unevenness * (x + y) / (width + height - 2.0);
                for (int channel = 0; channel < planes.length; channel++) {
                    double value = Math.pow(planes[channel][y * width + x], gamma) + light;
                    byte sample = toByte(value + random.nextGaussian() * noise);
                    for (int c = channel; c < (gray ? 3 : channel + 1); c++) {
                        rgb[3 * (y * width + x) + c] = sample;
                    }
                }
            }
        }
        return new PixelImage(width, height, rgb);
    }

    private static byte toByte(double value) {
        return (byte) Math.clamp(Math.round(255 * value), 0, 255);
    }

    private static double[] kernel(double deviation) {
        int radius = Math.max(1, (int) Math.ceil(3 * deviation));
        double[] kernel = new double[2 * radius + 1];
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            kernel[i + radius] = Math.exp(-.5 * i * i / (deviation * deviation));
            sum += kernel[i + radius];
        }
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] /= sum;
        }
        return kernel;
    }

    /** {@code [height, width]}, 0 to 1; the border is repeated outward. */
    private static double[] blurred(PixelImage scene, int channel, double[] kernel) {
        int width = scene.width();
        int height = scene.height();
        int radius = kernel.length / 2;
        double[] rows = new double[width * height];
        double[] both = new double[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int i = -radius; i <= radius; i++) {
                    int from = Math.clamp(x + i, 0, width - 1);
                    rows[y * width + x] += kernel[i + radius] * scene.value(from, y, channel) / 255;
                }
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int i = -radius; i <= radius; i++) {
                    both[y * width + x] += kernel[i + radius] * rows[Math.clamp(y + i, 0, height - 1) * width + x];
                }
            }
        }
        return both;
    }
}
