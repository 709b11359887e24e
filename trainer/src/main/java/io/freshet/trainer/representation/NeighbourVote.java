package io.freshet.trainer.representation;

import io.freshet.trainer.evaluation.NearestNeighbours;
import java.util.stream.IntStream;

/**
 * How often the weighted vote of the nearest neighbours by cosine is right (Wu et al., Unsupervised Feature Learning via
 * Non-Parametric Instance Discrimination, 1805.01978, section 3.4), over {@value #NEIGHBOURS} of them.
 */
final class NeighbourVote {

    private static final int NEIGHBOURS = 20;

    private NeighbourVote() {}

    /** Share of {@code asked} whose class the neighbours in {@code known} vote for. */
    static double accuracy(Embeddings known, Embeddings asked, int classes) {
        float[][] bank = IntStream.range(0, known.size())
                .mapToObj(i -> unit(known.rows()[i]))
                .toArray(float[][]::new);
        long right = IntStream.range(0, asked.size())
                .parallel()
                .filter(i -> vote(bank, known.labels(), unit(asked.rows()[i]), classes) == asked.labels()[i])
                .count();
        return (double) right / asked.size();
    }

    private static int vote(float[][] bank, int[] labels, float[] query, int classes) {
        NearestNeighbours nearest = new NearestNeighbours(NEIGHBOURS);
        for (int i = 0; i < bank.length; i++) {
            nearest.offer(i, dot(bank[i], query));
        }
        float[] votes = nearest.vote(labels, classes);
        int highest = 0;
        for (int label = 1; label < classes; label++) {
            highest = votes[label] > votes[highest] ? label : highest;
        }
        return highest;
    }

    private static float[] unit(float[] row) {
        double length = Math.sqrt(dot(row, row));
        float[] unit = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            unit[i] = length == 0 ? 0 : (float) (row[i] / length);
        }
        return unit;
    }

    private static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
