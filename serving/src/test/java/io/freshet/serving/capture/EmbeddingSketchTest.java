package io.freshet.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EmbeddingSketchTest {

    private static float[] embedding(long seed, int size) {
        Random random = new Random(seed);
        float[] embedding = new float[size];
        for (int i = 0; i < size; i++) {
            embedding[i] = (float) random.nextGaussian();
        }
        return embedding;
    }

    private static double squaredLength(List<Float> vector) {
        return vector.stream().mapToDouble(x -> (double) x * x).sum();
    }

    @Test
    void aSketchHasTheSizeThatWasAskedFor() {
        assertThat(new EmbeddingSketch(16).of(embedding(1, 128))).hasSize(16);
        assertThat(new EmbeddingSketch(3).of(embedding(1, 5))).hasSize(3);
    }

    @Test
    void twoReplicasSketchAlike() {
        float[] embedding = embedding(7, 64);

        assertThat(new EmbeddingSketch(16).of(embedding)).isEqualTo(new EmbeddingSketch(16).of(embedding));
    }

    /** What lies in the topic must stay comparable with what another release sends. */
    @Test
    void theProjectionIsTheOneThatItAlwaysWas() {
        List<Float> sketch = new EmbeddingSketch(4).of(new float[] {1, 0});

        assertThat(sketch.getFirst()).isCloseTo((float) (new Random(2).nextGaussian() / 2), within(1e-7f));
    }

    @Test
    void itIsLinear() {
        EmbeddingSketch sketch = new EmbeddingSketch(8);
        float[] a = embedding(1, 32);
        float[] b = embedding(2, 32);
        float[] sum = new float[32];
        for (int i = 0; i < 32; i++) {
            sum[i] = a[i] + b[i];
        }

        for (int i = 0; i < 8; i++) {
            assertThat(sketch.of(sum).get(i))
                    .isCloseTo(sketch.of(a).get(i) + sketch.of(b).get(i), within(1e-4f));
        }
    }

    @Test
    void lengthsStayAboutAsTheyWere() {
        EmbeddingSketch sketch = new EmbeddingSketch(16);
        double ratio = 0;
        int embeddings = 500;
        for (int seed = 0; seed < embeddings; seed++) {
            float[] embedding = embedding(seed, 256);
            double squared = 0;
            for (float value : embedding) {
                squared += (double) value * value;
            }
            ratio += squaredLength(sketch.of(embedding)) / squared / embeddings;
        }

        assertThat(ratio).isCloseTo(1, within(.1));
    }
}
