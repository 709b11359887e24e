package io.freshet.trainer.analysis;

import io.freshet.trainer.learning.LabelPolicy;

/**
 * How images are analysed.
 *
 * @param labels how the model's answers become pseudo-labels, and what they weigh, as in a round
 * @param adapt whether the model's batch-norm statistics are moved to the unlabeled images before it labels them, as a
 *     round does
 * @param neighbours nearest labeled images that an image is compared with
 * @param folds into which labeled images fall: the label of one is judged by neighbours of other folds
 * @param references labeled images at most among which neighbours are looked for
 * @param inDistribution share of the held-out labeled images that count as of the known world, in (0, 1)
 * @param seed of the draw of images that batch-norm statistics are moved to
 */
public record AnalysisConfig(
        LabelPolicy labels,
        boolean adapt,
        int neighbours,
        int folds,
        int references,
        double inDistribution,
        long seed) {

    public AnalysisConfig {
        if (neighbours < 1 || references < 1) {
            throw new IllegalArgumentException("An image has at least one neighbour, of at least one reference, not "
                    + neighbours + " of " + references);
        }
        if (folds < 2) {
            throw new IllegalArgumentException("There are at least two folds, not " + folds);
        }
        if (!(inDistribution > 0 && inDistribution < 1)) {
            throw new IllegalArgumentException(
                    "The share of the known world must lie in (0, 1), not at " + inDistribution);
        }
    }

    public static AnalysisConfig defaults() {
        return new AnalysisConfig(new LabelPolicy(.7, .3, .5), true, 10, 5, 10_000, .95, 1);
    }

    /** The same with another way from answers to pseudo-labels. */
    public AnalysisConfig withLabels(LabelPolicy policy, boolean adapted) {
        return new AnalysisConfig(policy, adapted, neighbours, folds, references, inDistribution, seed);
    }
}
