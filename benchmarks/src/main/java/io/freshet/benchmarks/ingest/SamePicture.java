package io.freshet.benchmarks.ingest;

import io.freshet.protocol.image.PixelImage;

/**
 * Whether two images show the same, told in another way than ingest does, and far more slowly: both at 32x32 pixels in
 * full colour, one is laid over the other at every offset up to three pixels and every scale of five, and the best
 * correlation of all three channels counts.
 */
final class SamePicture {

    private static final int SIDE = 32;
    private static final int MOVE = 3;
    private static final double[] SCALES = {.9, .95, 1, 1.05, 1.1};
    private static final double SAME = .9;

    private SamePicture() {}

    static boolean areSame(PixelImage a, PixelImage b) {
        byte[] left = a.toModelInput(SIDE, SIDE, 3);
        byte[] right = b.toModelInput(SIDE, SIDE, 3);
        for (double scale : SCALES) {
            for (int dx = -MOVE; dx <= MOVE; dx++) {
                for (int dy = -MOVE; dy <= MOVE; dy++) {
                    if (correlation(left, right, scale, dx, dy) >= SAME) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static double correlation(byte[] a, byte[] b, double scale, int dx, int dy) {
        double middle = (SIDE - 1) / 2.0;
        double[] sums = new double[5];
        int count = 0;
        for (int y = 0; y < SIDE; y++) {
            int v = (int) Math.round((y - middle) * scale + middle) + dy;
            for (int x = 0; x < SIDE; x++) {
                int u = (int) Math.round((x - middle) * scale + middle) + dx;
                if (u < 0 || v < 0 || u >= SIDE || v >= SIDE) {
                    continue;
                }
                for (int channel = 0; channel < 3; channel++) {
                    double p = a[3 * (y * SIDE + x) + channel] & 0xff;
                    double q = b[3 * (v * SIDE + u) + channel] & 0xff;
                    sums[0] += p;
                    sums[1] += q;
                    sums[2] += p * p;
                    sums[3] += q * q;
                    sums[4] += p * q;
                    count++;
                }
            }
        }
        double variances = (sums[2] - sums[0] * sums[0] / count) * (sums[3] - sums[1] * sums[1] / count);
        return variances <= 1 ? 0 : (sums[4] - sums[0] * sums[1] / count) / Math.sqrt(variances);
    }
}
