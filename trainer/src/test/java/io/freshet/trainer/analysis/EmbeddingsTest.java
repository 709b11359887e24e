package io.freshet.trainer.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EmbeddingsTest {

    @Test
    void similarityIsTheCosineForAnySize() {
        for (int size : new int[] {1, 3, 4, 7}) {
            Embeddings embeddings = new Embeddings(2, size);
            float[] a = new float[size];
            float[] b = new float[size];
            double product = 0;
            for (int i = 0; i < size; i++) {
                a[i] = i + 1;
                b[i] = 2 - i;
                product += a[i] * b[i];
            }
            embeddings.set(0, a);
            embeddings.set(1, b);
            double expected = product / (length(a) * length(b));
            assertThat(embeddings.similarity(0, 1)).isCloseTo((float) expected, within(1e-5f));
        }
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }
}
