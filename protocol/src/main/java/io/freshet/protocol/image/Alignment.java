package io.freshet.protocol.image;

import java.util.Arrays;

/**
 * Lays one picture over another: moves and stretches it a little until the difference is least, by Gauss and Newton's
 * steps (Baker and Matthews, Lucas-Kanade 20 Years On, IJCV 2004, section 2), and says how alike they are then. Pure.
 */
final class Alignment {

    /** Pictures that correlate so much, over the pixels that lie on both, show the same. */
    private static final double SAME = .96;

    /** Of 6,000 crops of CIFAR-10's images one in a thousand correlates less before it is moved, */
    private static final double HOPELESS_AT_FIRST = .5;

    /** and less than .91 after the first step. */
    private static final double HOPELESS = .85;

    private static final int STEPS = 4;
    private static final int PARAMETERS = 4;
    private static final int SIDE = Thumbnail.SIDE;
    private static final double MIDDLE = (SIDE - 1) / 2.0;

    /** A crop of a twentieth moves no pixel of 16 further, and stretches no more. */
    private static final double MAX_MOVE = 1.2;

    private static final double MAX_STRETCH = .08;

    /** Keeps steps small where a picture is too plain to say where it lies. */
    private static final double DAMPING = 50;

    private final Thumbnail still;
    private final Thumbnail moved;
    private final double[] where = new double[PARAMETERS]; // across, down, stretch across, stretch down
    private final double[] normal = new double[PARAMETERS * PARAMETERS];
    private final double[] slope = new double[PARAMETERS];

    private Alignment(Thumbnail still, Thumbnail moved) {
        this.still = still;
        this.moved = moved;
    }

    /** Whether a picture shows the same as another, wherever it lies over it. */
    static boolean areSame(Thumbnail still, Thumbnail moved) {
        Alignment alignment = new Alignment(still, moved);
        for (int step = 0; step <= STEPS; step++) {
            Overlap overlap = alignment.new Overlap();
            double correlation = overlap.correlation();
            if (correlation >= SAME) {
                return true;
            }
            if (correlation < (step == 0 ? HOPELESS_AT_FIRST : HOPELESS)) {
                return false;
            }
            alignment.move(overlap);
        }
        return false;
    }

    private void move(Overlap overlap) {
        Arrays.fill(normal, 0);
        Arrays.fill(slope, 0);
        overlap.derive();
        for (int i = 0; i < PARAMETERS; i++) {
            normal[i * PARAMETERS + i] += DAMPING;
        }
        solve();
        for (int i = 0; i < PARAMETERS; i++) {
            double bound = i < 2 ? MAX_MOVE : MAX_STRETCH;
            where[i] = Math.clamp(where[i] + slope[i], -bound, bound);
        }
    }

    /** The pixels of the still picture that the moved one covers. */
    private final class Overlap {

        private final double[] x = new double[SIDE];
        private final double[] y = new double[SIDE];
        private double meanStill;
        private double meanMoved;

        Overlap() {
            for (int i = 0; i < SIDE; i++) {
                x[i] = (i - MIDDLE) * (1 + where[2]) + where[0] + MIDDLE;
                y[i] = (i - MIDDLE) * (1 + where[3]) + where[1] + MIDDLE;
            }
        }

        /** -1 to 1; 0 if a picture is all of one shade, for there is nothing to compare then. */
        double correlation() {
            double a = 0;
            double b = 0;
            double aa = 0;
            double bb = 0;
            double ab = 0;
            int count = 0;
            for (int row = 0; row < SIDE; row++) {
                for (int column = 0; column < SIDE; column++) {
                    if (covers(column, row)) {
                        double s = still.value(column, row);
                        double m = at(moved, x[column], y[row]);
                        a += s;
                        b += m;
                        aa += s * s;
                        bb += m * m;
                        ab += s * m;
                        count++;
                    }
                }
            }
            meanStill = a / count;
            meanMoved = b / count;
            double variances = (aa - a * meanStill) * (bb - b * meanMoved);
            return variances <= 1 ? 0 : (ab - a * meanMoved) / Math.sqrt(variances);
        }

        void derive() {
            double[] gradient = new double[PARAMETERS];
            for (int row = 0; row < SIDE; row++) {
                for (int column = 0; column < SIDE; column++) {
                    if (!covers(column, row)) {
                        continue;
                    }
                    gradient[0] = (at(moved, x[column] + .5, y[row]) - at(moved, x[column] - .5, y[row]));
                    gradient[1] = (at(moved, x[column], y[row] + .5) - at(moved, x[column], y[row] - .5));
                    gradient[2] = gradient[0] * (column - MIDDLE);
                    gradient[3] = gradient[1] * (row - MIDDLE);
                    double difference =
                            still.value(column, row) - meanStill - (at(moved, x[column], y[row]) - meanMoved);
                    for (int i = 0; i < PARAMETERS; i++) {
                        slope[i] += gradient[i] * difference;
                        for (int j = 0; j <= i; j++) {
                            normal[i * PARAMETERS + j] += gradient[i] * gradient[j];
                        }
                    }
                }
            }
        }

        private boolean covers(int column, int row) {
            return x[column] >= 0 && x[column] <= SIDE - 1 && y[row] >= 0 && y[row] <= SIDE - 1;
        }
    }

    /** Between pixels, linearly; beyond the edge as at the edge. */
    private static double at(Thumbnail picture, double x, double y) {
        double inX = Math.clamp(x, 0, SIDE - 1.001);
        double inY = Math.clamp(y, 0, SIDE - 1.001);
        int left = (int) inX;
        int top = (int) inY;
        double right = inX - left;
        double bottom = inY - top;
        return (1 - bottom) * ((1 - right) * picture.value(left, top) + right * picture.value(left + 1, top))
                + bottom * ((1 - right) * picture.value(left, top + 1) + right * picture.value(left + 1, top + 1));
    }

    /** Solves {@code normal * step = slope} by Cholesky's way; the step takes the place of the slope. */
    private void solve() {
        for (int i = 0; i < PARAMETERS; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = normal[i * PARAMETERS + j];
                for (int k = 0; k < j; k++) {
                    sum -= normal[i * PARAMETERS + k] * normal[j * PARAMETERS + k];
                }
                normal[i * PARAMETERS + j] = i == j ? Math.sqrt(sum) : sum / normal[j * PARAMETERS + j];
            }
        }
        for (int i = 0; i < PARAMETERS; i++) {
            for (int k = 0; k < i; k++) {
                slope[i] -= normal[i * PARAMETERS + k] * slope[k];
            }
            slope[i] /= normal[i * PARAMETERS + i];
        }
        for (int i = PARAMETERS - 1; i >= 0; i--) {
            for (int k = i + 1; k < PARAMETERS; k++) {
                slope[i] -= normal[k * PARAMETERS + i] * slope[k];
            }
            slope[i] /= normal[i * PARAMETERS + i];
        }
    }
}
