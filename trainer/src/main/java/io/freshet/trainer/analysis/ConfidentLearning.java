package io.freshet.trainer.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds labels that are probably wrong by the confident joint (Northcutt, Jiang and Chuang, 1911.00068, section 3.1): an
 * image counts to a class if its probability there is at least what images labeled so have of it on average, and it is
 * suspected if the most probable of these classes is not its label. Pure.
 *
 * <p>The probabilities must be of models that have not seen the image's own label.
 */
final class ConfidentLearning {

    private ConfidentLearning() {}

    /**
     * What is thought of a label.
     *
     * @param suggested the class that it confidently is of; the label itself if nothing speaks against it
     * @param margin the label's probability less the most probable other one's: the lower, the likelier wrong
     */
    record Opinion(boolean suspected, int suggested, float margin) {}

    /**
     * @param distributions of each image, {@code [count][classes]}
     * @param labels of each image
     */
    static List<Opinion> judge(float[][] distributions, int[] labels, int classes) {
        double[] thresholds = thresholds(distributions, labels, classes);
        List<Opinion> opinions = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            opinions.add(judge(distributions[i], labels[i], thresholds));
        }
        return opinions;
    }

    /** Of each class the mean self-confidence (equation 2); out of reach for a class that nothing is labeled as. */
    private static double[] thresholds(float[][] distributions, int[] labels, int classes) {
        double[] sums = new double[classes];
        int[] counts = new int[classes];
        for (int i = 0; i < labels.length; i++) {
            sums[labels[i]] += distributions[i][labels[i]];
            counts[labels[i]]++;
        }
        double[] thresholds = new double[classes];
        for (int label = 0; label < classes; label++) {
            thresholds[label] = counts[label] == 0 ? Double.POSITIVE_INFINITY : sums[label] / counts[label];
        }
        return thresholds;
    }

    private static Opinion judge(float[] distribution, int label, double[] thresholds) {
        int confident = -1;
        int other = -1;
        for (int i = 0; i < distribution.length; i++) {
            if (distribution[i] >= thresholds[i] && (confident < 0 || distribution[i] > distribution[confident])) {
                confident = i;
            }
            if (i != label && (other < 0 || distribution[i] > distribution[other])) {
                other = i;
            }
        }
        boolean suspected = confident >= 0 && confident != label;
        return new Opinion(suspected, suspected ? confident : label, distribution[label] - distribution[other]);
    }
}
