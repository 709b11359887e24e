package io.freshet.trainer.representation;

import java.util.stream.IntStream;

/**
 * The weighted vote of the nearest neighbours by cosine (Wu et al., Unsupervised Feature Learning via Non-Parametric
 * Instance Discrimination, 1805.01978, section 3.4), over {@value #NEIGHBOURS} of them.
 */
final class NearestNeighbours {

    private static final int NEIGHBOURS = 20;
    private static final double TEMPERATURE = .07;

    private NearestNeighbours() {}

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
        int kept = Math.min(NEIGHBOURS, bank.length);
        float[] nearest = new float[kept]; // similarities, falling
        int[] of = new int[kept];
        int found = 0;
        for (int i = 0; i < bank.length; i++) {
            float similarity = dot(bank[i], query);
            if (found == kept && similarity <= nearest[kept - 1]) {
                continue;
            }
            int place = found < kept ? found++ : kept - 1;
            while (place > 0 && nearest[place - 1] < similarity) {
                nearest[place] = nearest[place - 1];
                of[place] = of[place - 1];
                place--;
            }
            nearest[place] = similarity;
            of[place] = labels[i];
        }
        double[] votes = new double[classes];
        for (int i = 0; i < found; i++) {
            votes[of[i]] += Math.exp(nearest[i] / TEMPERATURE);
        }
        return LinearProbe.highest(votes);
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
