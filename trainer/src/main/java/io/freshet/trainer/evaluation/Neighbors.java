package io.freshet.trainer.evaluation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Whether a model's penultimate layer puts images of a class side by side. */
public final class Neighbors {

    /** How many of an image's neighbours count. */
    public static final int NEAREST = 10;

    private Neighbors() {}

    /**
     * Of each image's {@value #NEAREST} nearest neighbours by Euclidean distance, the share that is of its class: 1 if
     * the classes lie wholly apart, and about the share of the most frequent classes if they are all mixed up.
     *
     * @param points {@code [images][dimensions]}, two or more
     * @param labels of the images
     */
    public static double agreement(float[][] points, List<Integer> labels) {
        int counted = Math.min(NEAREST, points.length - 1);
        double agreeing = 0;
        for (int image = 0; image < points.length; image++) {
            double[] distances = new double[points.length];
            for (int other = 0; other < points.length; other++) {
                distances[other] = other == image ? Double.POSITIVE_INFINITY : squared(points[image], points[other]);
            }
            int label = labels.get(image);
            agreeing += IntStream.range(0, points.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(other -> distances[other]))
                    .limit(counted)
                    .filter(other -> labels.get(other) == label)
                    .count();
        }
        return agreeing / counted / points.length;
    }

    private static double squared(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    /** Distances of all pairs, squared, {@code [points][points]}. */
    static double[][] distances(float[][] points) {
        double[][] distances = new double[points.length][points.length];
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < i; j++) {
                distances[i][j] = squared(points[i], points[j]);
                distances[j][i] = distances[i][j];
            }
        }
        return distances;
    }
}
