package io.freshet.trainer.analysis;

/** Embeddings made to length 1, so that an inner product is a cosine. Filled once, then thread safe. */
final class Embeddings {

    private final int size;
    private final float[] values;

    /** @param size numbers of one */
    Embeddings(int count, int size) {
        this.size = size;
        this.values = new float[count * size];
    }

    void set(int place, float[] embedding) {
        double squares = 0;
        for (float value : embedding) {
            squares += (double) value * value;
        }
        double length = Math.max(Math.sqrt(squares), 1e-12);
        for (int i = 0; i < size; i++) {
            values[place * size + i] = (float) (embedding[i] / length);
        }
    }

    /** The cosine of the angle between two, -1 to 1. */
    float similarity(int a, int b) {
        int x = a * size;
        int y = b * size;
        float sum0 = 0; // several sums, or each addition waits for the one before
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i + 4 <= size; i += 4) {
            sum0 += values[x + i] * values[y + i];
            sum1 += values[x + i + 1] * values[y + i + 1];
            sum2 += values[x + i + 2] * values[y + i + 2];
            sum3 += values[x + i + 3] * values[y + i + 3];
        }
        for (; i < size; i++) {
            sum0 += values[x + i] * values[y + i];
        }
        return sum0 + sum1 + sum2 + sum3;
    }
}
