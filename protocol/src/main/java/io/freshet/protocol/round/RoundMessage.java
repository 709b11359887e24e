package io.freshet.protocol.round;

import java.time.Instant;
import java.util.Optional;

/** What lies in {@code freshet.rounds}, keyed by the model's name. */
public sealed interface RoundMessage {

    /** The model's name. */
    String model();

    Instant at();

    /**
     * Somebody, or something, asks for a round.
     *
     * @param detail why, for people
     * @param since images from before this moment tell little of what the round is asked for; empty if all do
     */
    record Request(String model, Instant at, Trigger trigger, String detail, Optional<Instant> since)
            implements RoundMessage {}

    /** A round has taken a step. */
    record Event(String model, Instant at, String roundId, RoundStep step) implements RoundMessage {}
}
