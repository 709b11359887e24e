package io.freshet.trainer.evaluation;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How much higher the error of one model may lie than that of another, by images that both were asked: the adjusted Wald
 * interval for paired proportions (Agresti and Min, Statistics in Medicine 24, 2005, section 3), which keeps its level with
 * few images and with models that hardly differ.
 */
public final class PairedDifference {

    private static final double ADDED = .5;

    private PairedDifference() {}

    /**
     * The one-sided upper confidence bound of the first model's error less the second's, in points of 1.
     *
     * @param wins images that only the first model gets right
     * @param losses images that only the second model gets right
     * @param images that both were asked, at least one
     * @param level at which it may be wrong, in (0, 1)
     */
    public static double upperBound(int wins, int losses, int images, double level) {
        if (images < 1 || wins + losses > images) {
            throw new IllegalArgumentException(
                    "Models cannot differ on " + (wins + losses) + " of " + images + " images");
        }
        double n = images + 4 * ADDED; // half an image more for each way in which two verdicts can fall
        double won = wins + ADDED;
        double lost = losses + ADDED;
        double difference = (lost - won) / n;
        double deviation = Math.sqrt((won + lost) / n - difference * difference) / Math.sqrt(n);
        return difference + NormalDistribution.of(0, 1).inverseSurvivalProbability(level) * deviation;
    }
}
