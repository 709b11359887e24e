package io.freshet.serving.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Projects embeddings at random to a few dimensions, which keeps lengths and distances about as they were (Johnson and
 * Lindenstrauss, 1984): enough to see that their distribution has moved.
 *
 * <p>The projection depends on the two sizes only, so that sketches of all replicas, and of all versions of one
 * architecture, lie in one space. Thread safe.
 */
public final class EmbeddingSketch {

    private final int size;
    private final Map<Integer, float[][]> projections = new ConcurrentHashMap<>();

    /** @param size numbers in a sketch */
    public EmbeddingSketch(int size) {
        this.size = size;
    }

    /** @param embedding {@code [embedding size]} */
    public List<Float> of(float[] embedding) {
        float[][] projection = projections.computeIfAbsent(embedding.length, this::projection);
        List<Float> sketch = new ArrayList<>(size);
        for (float[] row : projection) {
            float sum = 0;
            for (int i = 0; i < row.length; i++) {
                sum += row[i] * embedding[i];
            }
            sketch.add(sum);
        }
        return sketch;
    }

    /** {@code [size, embeddingSize]} of independent normal numbers with variance {@code 1 / size}. */
    private float[][] projection(int embeddingSize) {
        // Not just any generator: Random's algorithm is specified, so another JVM draws the same numbers.
        Random random = new Random(embeddingSize);
        double scale = 1 / Math.sqrt(size);
        float[][] projection = new float[size][embeddingSize];
        for (float[] row : projection) {
            for (int i = 0; i < embeddingSize; i++) {
                row[i] = (float) (random.nextGaussian() * scale);
            }
        }
        return projection;
    }
}
