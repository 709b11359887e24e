package io.freshet.trainer.round;

import io.freshet.protocol.round.RoundStep.Choice;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Chooses among candidates by the sum of their errors on the traffic and on images as they were when people labeled them. What
 * the latter lies above that of the model in service by more than the gate forgives counts five times: a model that is best
 * today by forgetting the rest would be held there. Pure.
 *
 * @param inService what the model in service makes wrong on the images that choose
 * @param anchorBound that the gate forgives, in points of 1
 */
public record Selection(Score inService, double anchorBound) {

    private static final double EXCESS_WEIGHT = 4;

    /** The candidates that go on, best first; of equals, those that come first. */
    public List<Trial> best(List<Trial> trials, int count) {
        return trials.stream()
                .sorted(Comparator.comparingDouble(trial -> cost(trial.score())))
                .limit(count)
                .toList();
    }

    /** @param finalists the last trial of each candidate that is left, the cheapest way first; there must be one */
    Choice choose(List<Trial> finalists) {
        List<Trial> ranked = best(finalists, finalists.size());
        Trial chosen = ranked.getFirst();
        String verdict = chosen.candidate().equals(Candidate.LABELS.label()) && ranked.size() > 1
                ? "unlabeled images did not help"
                : chosen.candidate() + " did best";
        String figures = ranked.stream()
                .map(trial -> trial.candidate() + " " + describe(trial.score()))
                .collect(Collectors.joining(", "));
        return new Choice(
                chosen.candidate(),
                verdict + ", " + measure(chosen.score()) + ": " + figures + "; in service " + describe(inService));
    }

    /** Whether a model does better than that in service on the images that choose. */
    boolean isBetter(Score score) {
        return cost(score) < cost(inService);
    }

    /** Where nobody has labeled any traffic yet, labeled images alone choose. */
    private double cost(Score score) {
        double labeled = rate(score.anchorErrors(), score.anchorImages());
        double allowed = rate(inService.anchorErrors(), inService.anchorImages()) + anchorBound;
        return rate(score.auditErrors(), score.auditImages())
                + labeled
                + EXCESS_WEIGHT * Math.max(0, labeled - allowed);
    }

    private static double rate(int errors, int images) {
        return images == 0 ? 0 : (double) errors / images;
    }

    /** What {@link #describe} says the shares of, in words. */
    static String measure(Score score) {
        return score.auditImages() == 0 ? "wrong on labeled images" : "wrong on traffic / on labeled images";
    }

    /** As in {@code 21.1 / 14.7%}, or {@code 14.7%} where nobody has labeled any traffic yet. */
    static String describe(Score score) {
        double labeled = 100 * rate(score.anchorErrors(), score.anchorImages());
        return score.auditImages() == 0
                ? String.format(Locale.ROOT, "%.1f%%", labeled)
                : String.format(
                        Locale.ROOT, "%.1f / %.1f%%", 100 * rate(score.auditErrors(), score.auditImages()), labeled);
    }
}
