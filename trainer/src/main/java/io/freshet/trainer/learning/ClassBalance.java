package io.freshet.trainer.learning;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws pseudo-labeled images so that classes with few of them come more often than their number
 * (Noisy Student's balancing, 1911.04252, section 3.1, by chance instead of by copies). Immutable.
 */
public final class ClassBalance {

    private final int[][] imagesByClass;
    private final double[] cumulated;

    /** @param balance 0 draws every image alike, 1 draws every class alike */
    public ClassBalance(PseudoLabels labels, double balance) {
        int[] counts = labels.keptByClass();
        this.imagesByClass = new int[counts.length][];
        this.cumulated = new double[counts.length];
        double sum = 0;
        for (int label = 0; label < counts.length; label++) {
            imagesByClass[label] = new int[counts[label]];
            sum += counts[label] == 0 ? 0 : Math.pow(counts[label], 1 - balance);
            cumulated[label] = sum;
        }
        int[] filled = new int[counts.length];
        for (int place = 0; place < labels.keptCount(); place++) {
            int image = labels.keptImage(place);
            int label = labels.label(image);
            imagesByClass[label][filled[label]++] = image;
        }
    }

    /** How often an image of that pseudo-label is drawn, where an even draw of those kept is 1; 0 if there are none. */
    public double weight(int label) {
        int kept =
                Arrays.stream(imagesByClass).mapToInt(images -> images.length).sum();
        int ofClass = imagesByClass[label].length;
        double share = cumulated[label] - (label == 0 ? 0 : cumulated[label - 1]);
        return ofClass == 0 ? 0 : share / cumulated[cumulated.length - 1] * kept / ofClass;
    }

    /** An image; there must be one. */
    int draw(SplittableRandom random) {
        double at = random.nextDouble() * cumulated[cumulated.length - 1];
        int chosen = -1;
        for (int label = 0; label < cumulated.length; label++) {
            if (imagesByClass[label].length > 0) {
                chosen = label; // stays if rounding has put the draw at the very end
                if (at < cumulated[label]) {
                    break;
                }
            }
        }
        int[] images = imagesByClass[chosen];
        return images[random.nextInt(images.length)];
    }
}
