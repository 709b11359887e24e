package io.freshet.trainer.tuning;

import io.freshet.trainer.learning.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a search has found.
 *
 * @param setting the hyper-parameters
 * @param units how long to train with them, in steps of {@value Setting#UNIT} images
 * @param choices what was chosen and why, for people
 * @param attempts all that was tried, in its order
 * @param unitsSpent what the search has cost, in steps of {@value Setting#UNIT} images
 */
public record Tuning(Setting setting, int units, List<Choice> choices, List<Attempt> attempts, int unitsSpent) {

    public Tuning {
        choices = List.copyOf(choices);
        attempts = List.copyOf(attempts);
    }

    /** @param of what, for example {@code batch size} */
    public record Choice(String of, String chosen, String why) {}

    /** What was chosen and why, and what the search has cost, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Choice choice : choices) {
            lines.add(String.format(Locale.ROOT, "  %-14s %-8s %s", choice.of(), choice.chosen(), choice.why()));
        }
        lines.add("  The search took " + unitsSpent + " steps of " + Setting.UNIT + " images");
        return lines;
    }

    /** Training as it was found, and all else as in another configuration. */
    public TrainingConfig applyTo(TrainingConfig other) {
        return setting.applyTo(other, steps());
    }

    /** Steps of the setting's own batch size. */
    public int steps() {
        return setting.steps(units);
    }
}
