package io.freshet.trainer.evaluation;

import java.util.Arrays;

/** The images that lie nearest to one, the nearest first, with their cosines. For one thread at a time. */
public final class NearestNeighbours {

    /** Wu et al., 1805.01978, section 3.4: how fast a neighbour's voice falls with its cosine. */
    private static final double TEMPERATURE = .07;

    private final int[] images;
    private final float[] similarities;
    private int count;

    /** @param most that are remembered */
    public NearestNeighbours(int most) {
        this.images = new int[most];
        this.similarities = new float[most];
    }

    /** @param similarity the cosine of the angle between its embedding and that of the one whose neighbours these are */
    public void offer(int image, float similarity) {
        if (count == images.length && similarity <= similarities[count - 1]) {
            return;
        }
        int place = count == images.length ? count - 1 : count++;
        while (place > 0 && similarities[place - 1] < similarity) {
            similarities[place] = similarities[place - 1];
            images[place] = images[place - 1];
            place--;
        }
        similarities[place] = similarity;
        images[place] = image;
    }

    /**
     * The distance to the furthest of them (Sun et al., 2204.06507, section 3: the k-th neighbour of embeddings of length
     * 1), 0 to 2; 2 if there are none.
     */
    public float distance() {
        return count == 0 ? 2 : (float) Math.sqrt(Math.max(0, 2 - 2 * similarities[count - 1]));
    }

    /**
     * What their labels say, the nearer ones louder; even over all classes if there are none.
     *
     * @param labels of all images that could have been offered, indices of classes
     * @return a distribution over classes
     */
    public float[] vote(int[] labels, int classes) {
        float[] votes = new float[classes];
        if (count == 0) {
            Arrays.fill(votes, 1f / classes);
            return votes;
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            double voice = Math.exp((similarities[i] - similarities[0]) / TEMPERATURE);
            votes[labels[images[i]]] += (float) voice;
            sum += voice;
        }
        for (int label = 0; label < classes; label++) {
            votes[label] = (float) (votes[label] / sum);
        }
        return votes;
    }
}
