package io.freshet.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Labelled;
import io.freshet.protocol.round.RoundStep.Promoted;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.round.Round;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundHistoryTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Snapshotted SNAPSHOT = new Snapshotted(
            Trigger.DRIFT,
            "test",
            Optional.of(new ModelVersion("m", 1)),
            List.of(new OffsetRange("freshet.unlabeled", 0, 5, 10)),
            List.of(),
            1);
    private static final Labelled LABELLED = new Labelled(1, 2, 2, .5, Map.of());

    @Test
    void nothingHasHappenedAtFirst() {
        assertThat(RoundHistory.EMPTY.unfinished()).isEmpty();
        assertThat(RoundHistory.EMPTY.rounds()).isZero();
    }

    @Test
    void aRoundIsUnfinishedUntilItsLastStepAndKnowsHowFarItHasCome() {
        RoundHistory history = RoundHistory.EMPTY.with(event("a", SNAPSHOT)).with(event("a", LABELLED));
        assertThat(history.unfinished()).contains(new Round("a", SNAPSHOT, LABELLED));

        history = history.with(event("a", new Promoted(new ModelVersion("m", 2))));
        assertThat(history.unfinished()).isEmpty();
        assertThat(history.lastEnd()).contains(NOW);
        assertThat(history.lastSnapshot()).isEqualTo(SNAPSHOT.unlabeled());
        assertThat(history.rounds()).isEqualTo(1);
    }

    @Test
    void aSnapshotAnswersTheRequestsBeforeItAndNotThoseAfter() {
        RoundMessage.Request early = request("early");
        RoundMessage.Request late = request("late");
        RoundHistory history =
                RoundHistory.EMPTY.with(early).with(event("a", SNAPSHOT)).with(late);
        assertThat(history.pending()).containsExactly(late);
    }

    private static RoundMessage event(String round, RoundStep step) {
        return new RoundMessage.Event("m", NOW, round, step);
    }

    private static RoundMessage.Request request(String detail) {
        return new RoundMessage.Request("m", NOW, Trigger.MANUAL, detail, Optional.empty());
    }
}
