package io.freshet.standalone.lineage;

import io.freshet.protocol.round.RoundStep.Labelled;
import java.util.Optional;

/**
 * What {@code freshet.rounds} says of the round that made a version; the topic forgets in time, and then nothing.
 *
 * @param labelled what the teacher kept
 * @param student the candidate that became the student; absent for the first model too
 */
public record RoundFacts(Optional<Labelled> labelled, Optional<String> student) {

    public static final RoundFacts UNKNOWN = new RoundFacts(Optional.empty(), Optional.empty());

    RoundFacts with(Labelled step) {
        return new RoundFacts(Optional.of(step), student);
    }

    RoundFacts with(String candidate) {
        return new RoundFacts(labelled, Optional.of(candidate));
    }
}
