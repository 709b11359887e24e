package io.freshet.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.RoundStep.Failed;
import io.freshet.protocol.round.RoundStep.Held;
import io.freshet.protocol.round.RoundStep.Labelled;
import io.freshet.protocol.round.RoundStep.Promoted;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.RoundStep.Trained;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundMetricsTest {

    private static final Instant BEGIN = Instant.parse("2026-03-01T10:00:00Z");
    private static final Score STUDENT = new Score(10, 100, 20, 200);
    private static final Score CHAMPION = new Score(40, 100, 30, 200);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TrainerMetrics trainer = new TrainerMetrics(registry);
    private final RoundMetrics rounds = new RoundMetrics(registry, "m");
    private final ImageAges ages = new ImageAges(registry, Clock.fixed(BEGIN, ZoneOffset.UTC));

    @Test
    void aPromotedVersionIsShownWithItsScoreAndItsInterval() {
        show(0, snapshot(Optional.empty()));
        assertThat(gauge("round.stage")).isEqualTo(1);
        show(60, evaluated(Optional.empty()));
        assertThat(gauge("champion.version")).isNaN();
        show(90, new Promoted(new ModelVersion("m", 1)));

        assertThat(gauge("round.stage")).isZero();
        assertThat(gauge("round.duration")).isEqualTo(90);
        assertThat(gauge("champion.version")).isEqualTo(1);
        assertThat(gauge("champion.error", "sample", "audit")).isEqualTo(.1);
        // (p + z²/2n ± z √(p (1 - p) / n + z²/4n²)) / (1 + z²/n) with p = .1, n = 100, z = 1.96
        assertThat(gauge("champion.error.low", "sample", "audit")).isCloseTo(.05523, within(1e-5));
        assertThat(gauge("champion.error.high", "sample", "audit")).isCloseTo(.17437, within(1e-5));
        assertThat(gauge("round.end.timestamp", "result", "promoted")).isEqualTo(BEGIN.getEpochSecond() + 90.0);
        assertThat(gauge("round.end.timestamp", "result", "held")).isZero();
    }

    @Test
    void aHeldRoundShowsTheModelInServiceAsItWasJudgedAnew() {
        show(0, snapshot(Optional.of(new ModelVersion("m", 4))));
        show(10, new Labelled(5, 80, 70, .9, Map.of()));
        show(60, evaluated(Optional.of(CHAMPION)));
        show(90, new Held(List.of("not better")));

        assertThat(gauge("champion.version")).isEqualTo(4);
        assertThat(gauge("champion.error", "sample", "audit")).isEqualTo(.4);
        assertThat(gauge("champion.error", "sample", "anchor")).isEqualTo(.15);
        assertThat(gauge("round.images", "kind", "unlabeled")).isEqualTo(80);
        assertThat(gauge("round.images", "kind", "pseudo_labeled")).isEqualTo(70);
        assertThat(gauge("round.images", "kind", "labeled")).isEqualTo(5);
        assertThat(gauge("round.end.timestamp", "result", "held")).isPositive();
    }

    @Test
    void imagesAreCountedByTheirAgeOnceTheirModelIsPromotedAndOnlyThen() {
        ages.begin();
        ages.add(BEGIN.minusSeconds(1_000)); // of a round that came to nothing
        ages.begin();
        ages.add(BEGIN.minusSeconds(30));
        ages.add(BEGIN.minusSeconds(90));
        Timer timer = registry.get("freshet.trainer.image.age").timer();
        assertThat(timer.count()).isZero();

        ages.promoted();

        assertThat(timer.count()).isEqualTo(2);
        assertThat(timer.totalTime(TimeUnit.SECONDS)).isEqualTo(120);
    }

    @Test
    void everyMeterSaysWhatItShowsAndInWhichUnit() {
        assertThat(meters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getDescription()).as("description of %s", meter).isNotBlank();
            assertThat(meter.getBaseUnit()).as("unit of %s", meter).isNotBlank();
        });
    }

    @Test
    void noLabelGrowsWithRoundsAndVersions() {
        List<Meter.Id> atTheStart = meters();

        for (int i = 0; i < 100; i++) {
            show(i * 100, snapshot(Optional.of(new ModelVersion("m", i + 1))));
            show(i * 100 + 1, new Labelled(i, i, i, .9, Map.of("class-" + i, i)));
            show(i * 100 + 2, new Trained(i, 1, 1, 1, 1, List.of(), Optional.empty()));
            show(i * 100 + 3, evaluated(Optional.of(CHAMPION)));
            show(
                    i * 100 + 4,
                    switch (i % 3) {
                        case 0 -> new Promoted(new ModelVersion("m", i + 2));
                        case 1 -> new Held(List.of("reason " + i));
                        default -> new Failed("fault " + i);
                    });
        }

        assertThat(meters()).containsExactlyInAnyOrderElementsOf(atTheStart);
        assertThat(registry.get("freshet.trainer.round.steps")
                        .tag("step", "failed")
                        .counter()
                        .count())
                .isEqualTo(33);
    }

    private void show(int second, RoundStep step) {
        rounds.show(new RoundMessage.Event("m", BEGIN.plus(Duration.ofSeconds(second)), "r", step));
        trainer.show(step);
        trainer.record(step);
    }

    private static Snapshotted snapshot(Optional<ModelVersion> champion) {
        return new Snapshotted(Trigger.MANUAL, "a test", champion, List.of(), List.of(), 1);
    }

    private static Evaluated evaluated(Optional<Score> champion) {
        return new Evaluated(STUDENT, champion, Optional.empty(), Optional.empty(), 1);
    }

    private double gauge(String name, String... tags) {
        return registry.get("freshet.trainer." + name).tags(tags).gauge().value();
    }

    private List<Meter.Id> meters() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("freshet."))
                .filter(id -> id.syntheticAssociation() == null) // a histogram's buckets, as this registry keeps them
                .toList();
    }
}
