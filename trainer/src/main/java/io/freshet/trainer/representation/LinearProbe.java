package io.freshet.trainer.representation;

import java.util.Arrays;

/**
 * Multinomial logistic regression on frozen embeddings, fitted to all of them at once by gradient descent with Nesterov's
 * momentum. Features are brought to mean 0 and variance 1 first; a little weight decay keeps it from running away where
 * classes can be told apart without a mistake. It draws nothing at random.
 */
final class LinearProbe {

    private static final int STEPS = 200;
    private static final int POWER_ITERATIONS = 20;
    private static final double DECAY = 1e-4;

    private final double[] mean;
    private final double[] scale;
    private final double[][] weights; // [class][feature], the bias last

    private LinearProbe(double[] mean, double[] scale, double[][] weights) {
        this.mean = mean;
        this.scale = scale;
        this.weights = weights;
    }

    static LinearProbe fit(Embeddings known, int classes) {
        int width = known.width();
        double[] mean = new double[width];
        double[] scale = new double[width];
        standardize(known, mean, scale);
        double[][] x = new double[known.size()][];
        for (int i = 0; i < x.length; i++) {
            x[i] = features(known.rows()[i], mean, scale);
        }
        double[][] weights = new double[classes][width + 1];
        double[][] before = new double[classes][width + 1];
        // Half the largest eigenvalue of the features' second moments bounds the curvature of the cross-entropy.
        double rate = 1 / (.5 * largestEigenvalue(x) + DECAY);
        for (int step = 1; step <= STEPS; step++) {
            double momentum = (step - 1.0) / (step + 2.0);
            double[][] ahead = new double[classes][width + 1];
            for (int c = 0; c < classes; c++) {
                for (int j = 0; j <= width; j++) {
                    ahead[c][j] = weights[c][j] + momentum * (weights[c][j] - before[c][j]);
                }
            }
            double[][] gradient = gradient(x, known.labels(), ahead);
            before = weights;
            weights = new double[classes][width + 1];
            for (int c = 0; c < classes; c++) {
                for (int j = 0; j <= width; j++) {
                    weights[c][j] = ahead[c][j] - rate * (gradient[c][j] + DECAY * ahead[c][j]);
                }
            }
        }
        return new LinearProbe(mean, scale, weights);
    }

    double accuracy(Embeddings asked) {
        int right = 0;
        for (int i = 0; i < asked.size(); i++) {
            right += predict(asked.rows()[i]) == asked.labels()[i] ? 1 : 0;
        }
        return (double) right / asked.size();
    }

    int predict(float[] row) {
        return highest(logits(weights, features(row, mean, scale)));
    }

    private static void standardize(Embeddings known, double[] mean, double[] scale) {
        for (int j = 0; j < mean.length; j++) {
            double sum = 0;
            double squares = 0;
            for (float[] row : known.rows()) {
                sum += row[j];
                squares += (double) row[j] * row[j];
            }
            mean[j] = sum / known.size();
            double variance = squares / known.size() - mean[j] * mean[j];
            scale[j] = variance > 1e-12 ? 1 / Math.sqrt(variance) : 0;
        }
    }

    private static double[] features(float[] row, double[] mean, double[] scale) {
        double[] features = new double[row.length + 1];
        for (int j = 0; j < row.length; j++) {
            features[j] = (row[j] - mean[j]) * scale[j];
        }
        features[row.length] = 1;
        return features;
    }

    private static double largestEigenvalue(double[][] x) {
        double[] v = new double[x[0].length];
        Arrays.fill(v, 1 / Math.sqrt(v.length));
        double eigenvalue = 1;
        for (int iteration = 0; iteration < POWER_ITERATIONS; iteration++) {
            double[] next = new double[v.length];
            for (double[] row : x) {
                add(next, dot(row, v) / x.length, row);
            }
            eigenvalue = Math.sqrt(dot(next, next));
            for (int j = 0; j < v.length; j++) {
                v[j] = next[j] / eigenvalue;
            }
        }
        return Math.max(eigenvalue, 1);
    }

    private static double[][] gradient(double[][] x, int[] labels, double[][] weights) {
        double[][] gradient = new double[weights.length][weights[0].length];
        for (int i = 0; i < x.length; i++) {
            double[] p = softmax(logits(weights, x[i]));
            p[labels[i]] -= 1;
            for (int c = 0; c < p.length; c++) {
                add(gradient[c], p[c] / x.length, x[i]);
            }
        }
        return gradient;
    }

    private static double[] logits(double[][] weights, double[] x) {
        double[] logits = new double[weights.length];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = dot(weights[c], x);
        }
        return logits;
    }

    private static double[] softmax(double[] logits) {
        double highest = logits[highest(logits)];
        double sum = 0;
        for (int c = 0; c < logits.length; c++) {
            logits[c] = Math.exp(logits[c] - highest);
            sum += logits[c];
        }
        for (int c = 0; c < logits.length; c++) {
            logits[c] /= sum;
        }
        return logits;
    }

    /** Place of the highest value; of equals, the first. */
    static int highest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    private static void add(double[] to, double times, double[] x) {
        for (int j = 0; j < to.length; j++) {
            to[j] += times * x[j];
        }
    }
}
