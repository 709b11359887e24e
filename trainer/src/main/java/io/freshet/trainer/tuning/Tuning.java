package io.freshet.trainer.tuning;

import java.util.List;

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

    /** Steps of the setting's own batch size. */
    public int steps() {
        return setting.steps(units);
    }
}
