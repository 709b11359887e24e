package io.freshet.trainer.evaluation.corruption;

/** What befalls light before it reaches the sensor. */
final class Optics {

    private static final double[] HAZE = {.75, .6, .4};
    private static final double[] SLANT = {.6, .8};

    private Optics() {}

    /** @param deviation in pixels */
    static Picture blur(Picture scene, double deviation) {
        double[] kernel = gaussian(deviation);
        int radius = kernel.length / 2;
        Picture rows = scene.map((y, x, c) -> {
            double sum = 0;
            for (int i = -radius; i <= radius; i++) {
                sum += kernel[i + radius] * scene.at(y, x + i, c);
            }
            return sum;
        });
        return scene.map((y, x, c) -> {
            double sum = 0;
            for (int i = -radius; i <= radius; i++) {
                sum += kernel[i + radius] * rows.at(y + i, x, c);
            }
            return sum;
        });
    }

    private static double[] gaussian(double deviation) {
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

    /** @param length of the way in pixels */
    static Picture motion(Picture scene, double length) {
        int points = 1 + 2 * (int) Math.ceil(length);
        return scene.map((y, x, c) -> {
            double sum = 0;
            for (int i = 0; i < points; i++) {
                double along = length * ((double) i / (points - 1) - .5);
                sum += between(scene, y + SLANT[0] * along, x + SLANT[1] * along, c);
            }
            return sum / points;
        });
    }

    /** Bilinear interpolation. */
    static double between(Picture scene, double y, double x, int channel) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double down = y - top;
        double right = x - left;
        return (1 - down) * (1 - right) * scene.at(top, left, channel)
                + (1 - down) * right * scene.at(top, left + 1, channel)
                + down * (1 - right) * scene.at(top + 1, left, channel)
                + down * right * scene.at(top + 1, left + 1, channel);
    }

    /** @param exponent of the tone curve, above 1 darkens the middle tones */
    static Picture gamma(Picture scene, double exponent) {
        return scene.map((y, x, c) -> Math.pow(scene.at(y, x, c), exponent));
    }

    static Picture unevenLight(Picture scene, double severity) {
        double sides = scene.height() + scene.width() - 2;
        return scene.map((y, x, c) -> {
            double light = (x + y) / sides;
            return scene.at(y, x, c) * (1 - severity * (1 - light)) + severity * light;
        });
    }

    static Picture haze(Picture scene, double severity) {
        return scene.map((y, x, c) -> (1 - severity) * scene.at(y, x, c) + severity * HAZE[c]);
    }
}
