package io.freshet.trainer.tuning;

import java.util.List;

/**
 * What a search may cost, in steps of {@value Setting#UNIT} images, and what it tries.
 *
 * @param steps of the search for everything but when to stop
 * @param mostSteps that a run may take; how many of them it takes is looked for too
 * @param heldBack share of the labeled images on which settings are compared, in (0, 1)
 * @param batchSizes those that matter most first, here as in the others: of a small budget the last go without
 */
public record SearchBudget(
        int steps,
        int mostSteps,
        double heldBack,
        List<Integer> batchSizes,
        List<Double> weightDecays,
        List<Double> magnitudes) {

    /** Fewer would leave less than a step to the first of the comparisons. */
    public static final int FEWEST_STEPS = 40;

    public SearchBudget {
        batchSizes = List.copyOf(batchSizes);
        weightDecays = List.copyOf(weightDecays);
        magnitudes = List.copyOf(magnitudes);
        if (steps < FEWEST_STEPS || mostSteps < FEWEST_STEPS) {
            throw new IllegalArgumentException("A search takes " + FEWEST_STEPS
                    + " steps or more, and so do the runs it is" + " for, not " + steps + " and " + mostSteps);
        }
        if (!(heldBack > 0 && heldBack < 1)) {
            throw new IllegalArgumentException("The share held back must lie in (0, 1), not at " + heldBack);
        }
        if (batchSizes.isEmpty() || weightDecays.isEmpty() || magnitudes.isEmpty()) {
            throw new IllegalArgumentException("A search tries at least one value of each");
        }
    }

    /** As many steps for the search as for a run at the most. */
    public static SearchBudget of(int steps) {
        return new SearchBudget(steps, steps, .2, List.of(64, 32, 128), List.of(1e-3, 1e-4), List.of(.15, .3, 0.0, .5));
    }
}
