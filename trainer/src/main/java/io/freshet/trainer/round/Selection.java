package io.freshet.trainer.round;

import io.freshet.protocol.round.RoundStep.Choice;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Chooses among candidates by the sum of their error on the traffic and twice their error on images as they were when
 * people labeled them: a model that is best today by forgetting the rest would be held at the gate, which forgives two points
 * of that, or missed tomorrow. Pure.
 */
final class Selection {

    private static final double ANCHOR_WEIGHT = 2;

    private Selection() {}

    /** The candidates that go on, best first; of equals, those that come first. */
    static List<Trial> best(List<Trial> trials, int count) {
        return trials.stream()
                .sorted(Comparator.comparingDouble(trial -> cost(trial.score())))
                .limit(count)
                .toList();
    }

    /** @param finalists the last trial of each candidate that is left, the cheapest way first; there must be one */
    static Choice choose(List<Trial> finalists) {
        List<Trial> ranked = best(finalists, finalists.size());
        Trial chosen = ranked.getFirst();
        String verdict = chosen.candidate().equals(Candidate.LABELS.label()) && ranked.size() > 1
                ? "unlabeled images did not help"
                : chosen.candidate() + " did best";
        String figures = ranked.stream()
                .map(trial -> trial.candidate() + " " + describe(trial.score()))
                .collect(Collectors.joining(", "));
        return new Choice(chosen.candidate(), verdict + ", " + measure(chosen.score()) + ": " + figures);
    }

    /** Whether one model does better than another on the images that choose. */
    static boolean isBetter(Score one, Score other) {
        return cost(one) < cost(other);
    }

    /** Where nobody has labeled any traffic yet, labeled images alone choose. */
    private static double cost(Score score) {
        return rate(score.auditErrors(), score.auditImages())
                + ANCHOR_WEIGHT * rate(score.anchorErrors(), score.anchorImages());
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
