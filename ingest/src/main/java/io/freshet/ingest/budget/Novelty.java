package io.freshet.ingest.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far images lie from those that were chosen lately: by the distance of an embedding to the nearest of theirs, as in
 * choosing a core-set (Sener and Savarese, ICLR 2018). What distance is far depends on the network; so it is told by the
 * share of the images that came lately which lay nearer. Under traffic that stays as it is, novelty is uniform.
 *
 * <p>Both memories are bounded: so many embeddings, and as many distances. For one thread at a time; not kept over a
 * restart, after which it soon knows again.
 */
final class Novelty {

    /** What is not known: as much as of any. */
    static final double UNKNOWN = .5;

    /** Fewer tell little of what is near and what is far. */
    private static final int FEWEST = 32;

    private final int length;
    private final int capacity;
    private final List<float[]> chosen = new ArrayList<>();
    private final double[] distances;
    private int nextChosen;
    private long asked;

    /**
     * @param length of the embeddings
     * @param capacity embeddings that are remembered, and distances
     */
    Novelty(int length, int capacity) {
        this.length = length;
        this.capacity = capacity;
        this.distances = new double[capacity];
    }

    int length() {
        return length;
    }

    /**
     * How new an image is; remembers how far it lay.
     *
     * @param embedding of finite numbers
     * @return 0 to 1
     */
    double of(float[] embedding) {
        if (chosen.size() < Math.min(FEWEST, capacity)) {
            return UNKNOWN;
        }
        double distance = nearest(embedding);
        double novelty = rank(distance);
        distances[(int) (asked++ % capacity)] = distance;
        return novelty;
    }

    /** Takes up an image that came through, in the place of the one that was chosen longest ago. */
    void choose(float[] embedding) {
        if (chosen.size() < capacity) {
            chosen.add(embedding);
        } else {
            chosen.set(nextChosen, embedding);
            nextChosen = (nextChosen + 1) % capacity;
        }
    }

    private double nearest(float[] embedding) {
        double nearest = Double.POSITIVE_INFINITY;
        for (float[] other : chosen) {
            double sum = 0;
            for (int i = 0; i < length; i++) {
                double difference = embedding[i] - other[i];
                sum += difference * difference;
            }
            nearest = Math.min(nearest, sum);
        }
        return Math.sqrt(nearest);
    }

    /** The share of what was asked for lately that lay nearer; of equals, half. */
    private double rank(double distance) {
        int known = (int) Math.min(asked, capacity);
        if (known < Math.min(FEWEST, capacity)) {
            return UNKNOWN;
        }
        double nearer = Arrays.stream(distances, 0, known)
                .map(other -> other < distance ? 1 : other == distance ? .5 : 0)
                .sum();
        return nearer / known;
    }
}
