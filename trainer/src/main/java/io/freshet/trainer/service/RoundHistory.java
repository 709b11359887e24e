package io.freshet.trainer.service;

import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.trainer.round.Round;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a model's messages in {@code freshet.rounds} add up to. Immutable; nothing else remembers what a trainer was
 * doing.
 *
 * @param rounds how many have begun
 * @param unfinished the round that is under way, or was when its trainer died
 * @param pending requests since the last round took its snapshot
 * @param lastEnd when the last round ended
 * @param lastSnapshot what the last round, finished or not, learned from of the unlabeled images
 */
public record RoundHistory(
        int rounds,
        Optional<Round> unfinished,
        List<RoundMessage.Request> pending,
        Optional<Instant> lastEnd,
        List<OffsetRange> lastSnapshot) {

    public static final RoundHistory EMPTY =
            new RoundHistory(0, Optional.empty(), List.of(), Optional.empty(), List.of());

    public RoundHistory {
        pending = List.copyOf(pending);
        lastSnapshot = List.copyOf(lastSnapshot);
    }

    /** The history with one more message. */
    public RoundHistory with(RoundMessage message) {
        return switch (message) {
            case RoundMessage.Request request -> {
                List<RoundMessage.Request> more = new ArrayList<>(pending);
                more.add(request);
                yield new RoundHistory(rounds, unfinished, more, lastEnd, lastSnapshot);
            }
            case RoundMessage.Event event -> with(event);
        };
    }

    private RoundHistory with(RoundMessage.Event event) {
        if (event.step() instanceof Snapshotted snapshot) {
            return new RoundHistory(
                    rounds + 1,
                    Optional.of(new Round(event.roundId(), snapshot, snapshot)),
                    List.of(),
                    lastEnd,
                    snapshot.unlabeled());
        }
        if (event.step().isLast()) {
            return new RoundHistory(rounds, Optional.empty(), pending, Optional.of(event.at()), lastSnapshot);
        }
        RoundStep reached = event.step();
        return new RoundHistory(
                rounds,
                unfinished
                        .filter(round -> round.id().equals(event.roundId()))
                        .map(round -> new Round(round.id(), round.snapshot(), reached)),
                pending,
                lastEnd,
                lastSnapshot);
    }
}
