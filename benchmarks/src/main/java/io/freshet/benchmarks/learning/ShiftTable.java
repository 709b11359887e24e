package io.freshet.benchmarks.learning;

import io.freshet.benchmarks.learning.ShiftRun.Outcome;
import io.freshet.trainer.round.Candidate;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Outcomes of the regime {@code shift} as Markdown, for BENCHMARKS.md: errors in percent, corrupted / as they were. */
final class ShiftTable {

    private ShiftTable() {}

    static String of(List<Outcome> outcomes, List<Candidate> candidates) {
        StringBuilder text =
                new StringBuilder("| seed | corruption | severity | control | control, batch norm moved |");
        candidates.forEach(
                candidate -> text.append(' ').append(candidate.label()).append(" | ratio |"));
        text.append("\n|").append("---|".repeat(5 + 2 * candidates.size())).append('\n');
        for (Outcome outcome : outcomes) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %d | %s | %.2f | %s | %s |",
                    outcome.seed(),
                    outcome.corruption().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    outcome.severity(),
                    outcome.control().text(),
                    outcome.adapted().text()));
            for (Candidate candidate : candidates) {
                Errors errors = of(outcome, candidate);
                text.append(String.format(Locale.ROOT, " %s | %s |", errors.text(), ratio(errors, outcome.control())));
            }
            text.append('\n');
        }
        return text + summary(outcomes, candidates);
    }

    private static String summary(List<Outcome> outcomes, List<Candidate> candidates) {
        StringBuilder text =
                new StringBuilder("\n| | mean ratio | worst ratio | clean error: mean change | worst change"
                        + " | better than the second control on the mean of both |\n|---|---|---|---|---|---|\n");
        text.append(line("control, batch norm moved", outcomes, Outcome::adapted));
        for (Candidate candidate : candidates) {
            text.append(line(candidate.label(), outcomes, outcome -> of(outcome, candidate)));
        }
        return text.toString();
    }

    @FunctionalInterface
    private interface Contender {
        Errors of(Outcome outcome);
    }

    private static String line(String name, List<Outcome> outcomes, Contender contender) {
        ToDoubleFunction<Outcome> ratio =
                outcome -> contender.of(outcome).shifted() / outcome.control().shifted();
        ToDoubleFunction<Outcome> change =
                outcome -> contender.of(outcome).clean() - outcome.control().clean();
        long better = outcomes.stream()
                .filter(outcome ->
                        contender.of(outcome).mean() < outcome.adapted().mean())
                .count();
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %+.1f | %+.1f | %d of %d |%n",
                name,
                outcomes.stream().mapToDouble(ratio).average().orElse(Double.NaN),
                outcomes.stream().mapToDouble(ratio).max().orElse(Double.NaN),
                100 * outcomes.stream().mapToDouble(change).average().orElse(Double.NaN),
                100 * outcomes.stream().mapToDouble(change).max().orElse(Double.NaN),
                better,
                outcomes.size());
    }

    private static Errors of(Outcome outcome, Candidate candidate) {
        Errors errors = outcome.candidates().get(candidate);
        if (errors == null) {
            throw new IllegalArgumentException(outcome.corruption() + " was not run with " + candidate.label());
        }
        return errors;
    }

    private static String ratio(Errors errors, Errors control) {
        return String.format(Locale.ROOT, "%.2f", errors.shifted() / control.shifted())
                .replaceFirst("^0", "");
    }
}
