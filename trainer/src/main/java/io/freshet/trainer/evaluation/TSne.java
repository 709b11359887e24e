package io.freshet.trainer.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Lays points of many dimensions out on a plane so that neighbours stay neighbours: t-SNE, exact (van der Maaten &
 * Hinton, 2008, algorithm 1, with the gains and the early exaggeration of its section 3.4). Distances between far
 * clusters on the plane mean little. Takes time and memory that grow with the square of the points. Pure.
 */
public final class TSne {

    private static final double PERPLEXITY = 30;
    private static final int BISECTIONS = 50;
    private static final double EXAGGERATION = 12;
    private static final int EXAGGERATED_STEPS = 150;
    private static final double SMALLEST_GAIN = .01;

    private TSne() {}

    /**
     * Lays out points.
     *
     * @param points {@code [count][dimensions]}, four or more
     * @param steps of gradient descent; 500 are enough for a thousand points
     * @param seed of the first layout: the same one gives the same picture
     * @return {@code [count][2]}
     */
    public static double[][] layOut(float[][] points, int steps, long seed) {
        int count = points.length;
        double[][] affinities = affinities(Neighbors.distances(points), Math.min(PERPLEXITY, (count - 1) / 3.0));
        SplittableRandom random = new SplittableRandom(seed);
        double[] plane =
                random.doubles(2L * count).map(value -> 1e-4 * (value - .5)).toArray();
        double[] velocity = new double[2 * count];
        double[] gains = new double[2 * count];
        Arrays.fill(gains, 1);
        double rate = Math.max(count / EXAGGERATION / 4, 10);
        for (int step = 0; step < steps; step++) {
            boolean early = step < Math.min(EXAGGERATED_STEPS, steps / 3);
            double[] gradient = gradient(affinities, plane, early ? EXAGGERATION : 1);
            double momentum = early ? .5 : .8;
            for (int i = 0; i < plane.length; i++) {
                boolean turned = Math.signum(gradient[i]) == Math.signum(velocity[i]);
                gains[i] = Math.max(turned ? .8 * gains[i] : gains[i] + .2, SMALLEST_GAIN);
                velocity[i] = momentum * velocity[i] - rate * gains[i] * gradient[i];
                plane[i] += velocity[i];
            }
        }
        double[][] layout = new double[count][2];
        for (int i = 0; i < count; i++) {
            layout[i][0] = plane[2 * i];
            layout[i][1] = plane[2 * i + 1];
        }
        return layout;
    }

    /** The symmetric probabilities of equation 1 and section 3.1, each row's deviation found by its perplexity. */
    private static double[][] affinities(double[][] distances, double perplexity) {
        int count = distances.length;
        double[][] conditional = new double[count][];
        for (int i = 0; i < count; i++) {
            conditional[i] = row(distances[i], i, Math.log(perplexity));
        }
        double[][] joint = new double[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < count; j++) {
                joint[i][j] = Math.max((conditional[i][j] + conditional[j][i]) / (2 * count), 1e-12);
            }
        }
        return joint;
    }

    private static double[] row(double[] distances, int self, double wanted) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int j = 0; j < distances.length; j++) {
            nearest = j == self ? nearest : Math.min(nearest, distances[j]);
        }
        double low = 0;
        double high = Double.POSITIVE_INFINITY;
        double precision = 1;
        double[] row = new double[distances.length];
        for (int i = 0; i < BISECTIONS; i++) {
            double sum = 0;
            double weighted = 0;
            for (int j = 0; j < row.length; j++) {
                row[j] = j == self ? 0 : Math.exp(-precision * (distances[j] - nearest));
                sum += row[j];
                weighted += row[j] * (distances[j] - nearest);
            }
            double entropy = Math.log(sum) + precision * weighted / sum;
            for (int j = 0; j < row.length; j++) {
                row[j] /= sum;
            }
            if (entropy > wanted) {
                low = precision;
                precision = Double.isInfinite(high) ? 2 * precision : (low + high) / 2;
            } else {
                high = precision;
                precision = (low + high) / 2;
            }
        }
        return row;
    }

    /** Equation 5. */
    private static double[] gradient(double[][] affinities, double[] plane, double exaggeration) {
        int count = affinities.length;
        double[] attraction = new double[2 * count];
        double[] repulsion = new double[2 * count];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                double x = plane[2 * i] - plane[2 * j];
                double y = plane[2 * i + 1] - plane[2 * j + 1];
                double near = 1 / (1 + x * x + y * y);
                sum += 2 * near;
                double pull = affinities[i][j] * near;
                double push = near * near;
                attraction[2 * i] += pull * x;
                attraction[2 * i + 1] += pull * y;
                attraction[2 * j] -= pull * x;
                attraction[2 * j + 1] -= pull * y;
                repulsion[2 * i] += push * x;
                repulsion[2 * i + 1] += push * y;
                repulsion[2 * j] -= push * x;
                repulsion[2 * j + 1] -= push * y;
            }
        }
        double[] gradient = new double[2 * count];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = 4 * (exaggeration * attraction[i] - repulsion[i] / sum);
        }
        return gradient;
    }
}
