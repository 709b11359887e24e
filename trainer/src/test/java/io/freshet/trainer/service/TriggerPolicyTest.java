package io.freshet.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.service.TriggerPolicy.Situation;
import io.freshet.trainer.service.TriggerPolicy.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TriggerPolicyTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final TriggerPolicy policy = new TriggerPolicy(
            new TriggerConfig(Optional.of(Duration.ofHours(1)), Optional.of(5_000L), true, 1_000, 10_000));

    @Test
    void withoutAModelTheFirstIsMadeAtOnce() {
        assertThat(decide(situation(false, List.of(), Optional.empty(), 0), 0))
                .get()
                .extracting(Start::trigger)
                .isEqualTo(Trigger.INITIAL);
    }

    @Test
    void withAModelAndNothingNewNothingHappens() {
        assertThat(decide(situation(true, List.of(), Optional.of(NOW), 0), 0)).isEmpty();
    }

    @Test
    void aRequestByHandIsNotMadeToWait() {
        assertThat(decide(situation(true, List.of(request(Trigger.MANUAL, 0)), Optional.of(NOW), 0), 0))
                .get()
                .extracting(Start::trigger)
                .isEqualTo(Trigger.MANUAL);
    }

    @Test
    void driftWaitsForImagesFromAfterTheChange() {
        List<RoundMessage.Request> pending = List.of(request(Trigger.DRIFT, 20));
        assertThat(decide(situation(true, pending, Optional.of(NOW), 4_000), 999))
                .isEmpty();
        assertThat(decide(situation(true, pending, Optional.of(NOW), 4_000), 1_000))
                .contains(new Start(Trigger.DRIFT, "test", Optional.of(NOW.minusSeconds(20))));
    }

    @Test
    void theLatestAlarmSaysSinceWhen() {
        List<RoundMessage.Request> pending = List.of(request(Trigger.DRIFT, 60), request(Trigger.DRIFT, 10));
        assertThat(decide(situation(true, pending, Optional.of(NOW), 0), 1_000))
                .get()
                .extracting(Start::since)
                .isEqualTo(Optional.of(NOW.minusSeconds(10)));
    }

    @Test
    void enoughNewImagesBeginARound() {
        assertThat(decide(situation(true, List.of(), Optional.of(NOW), 4_999), 0))
                .isEmpty();
        assertThat(decide(situation(true, List.of(), Optional.of(NOW), 5_000), 0))
                .get()
                .extracting(Start::trigger)
                .isEqualTo(Trigger.IMAGES);
    }

    @Test
    void theScheduleCountsFromTheEndOfTheLastRoundAndNeedsImages() {
        Optional<Instant> longAgo = Optional.of(NOW.minus(Duration.ofHours(1)));
        assertThat(decide(situation(true, List.of(), longAgo, 999), 0)).isEmpty();
        assertThat(decide(situation(true, List.of(), Optional.of(NOW.minusSeconds(3_599)), 1_000), 0))
                .isEmpty();
        assertThat(decide(situation(true, List.of(), longAgo, 1_000), 0))
                .get()
                .extracting(Start::trigger)
                .isEqualTo(Trigger.SCHEDULE);
    }

    private Optional<Start> decide(Situation situation, long imagesSince) {
        return policy.decide(situation, since -> imagesSince);
    }

    private static Situation situation(
            boolean hasModel, List<RoundMessage.Request> pending, Optional<Instant> lastEnd, long newImages) {
        return new Situation(NOW, hasModel, pending, lastEnd, newImages);
    }

    private static RoundMessage.Request request(Trigger trigger, int secondsAgo) {
        Instant since = NOW.minusSeconds(secondsAgo);
        return new RoundMessage.Request("model", NOW, trigger, "test", Optional.of(since));
    }
}
