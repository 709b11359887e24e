package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.freshet.ingest.drift.Watch.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final DriftConfig CONFIG = new DriftConfig(40, 20, .001, 2, Duration.ofHours(1), 4, 4);
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @Test
    void theReferenceIsFilledFirstThenTheWindow() {
        Watch watch = Watch.begin(16, NOW);
        for (int i = 0; i < 40; i++) {
            assertThat(watch.next(CONFIG)).isEqualTo(Part.REFERENCE);
            watch = watch.observed(CONFIG, 1, NOW, NOW);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(watch.isWindowFull(CONFIG)).isFalse();
            assertThat(watch.next(CONFIG)).isEqualTo(Part.WINDOW);
            watch = watch.observed(CONFIG, 1, NOW, NOW);
        }
        assertThat(watch.isWindowFull(CONFIG)).isTrue();
    }

    @Test
    void aJudgedWindowIsFilledAnew() {
        Watch judged = new Watch(0, 40, 20, NOW, 0, NOW, NOW, Optional.empty()).judged(true);

        assertThat(judged.isWindowFull(CONFIG)).isFalse();
        assertThat(judged.window()).isZero();
    }

    @Test
    void driftBeginsWithTheFirstImageOfTheFirstWindowThatDrifts() {
        Watch watch = new Watch(0, 40, 0, NOW, 0, NOW, NOW, Optional.empty());
        watch = filled(watch, NOW.plusSeconds(100)).judged(false);
        watch = filled(watch, NOW.plusSeconds(200)).judged(true);
        watch = filled(watch, NOW.plusSeconds(300)).judged(true);
        assertThat(watch.driftingSince()).isEqualTo(NOW.plusSeconds(200));

        watch = filled(watch, NOW.plusSeconds(400)).judged(false);
        watch = filled(watch, NOW.plusSeconds(500)).judged(true);
        assertThat(watch.driftingSince()).isEqualTo(NOW.plusSeconds(500));
    }

    /** With a window whose images were observed from a moment on, one a second. */
    private static Watch filled(Watch watch, Instant from) {
        Watch filled = watch;
        for (int i = 0; i < 20; i++) {
            filled = filled.observed(CONFIG, 1, from.plusSeconds(i), from.plusSeconds(i));
        }
        return filled;
    }

    @Test
    void anObservationSaysThatTheVersionIsAlive() {
        Instant later = NOW.plusSeconds(1);
        assertThat(Watch.begin(0, NOW).observed(CONFIG, 1, NOW, later).lastSeen())
                .isEqualTo(later);
    }

    @Test
    void aLongerReferenceIsFilledUpFirst() {
        DriftConfig longer = new DriftConfig(60, 20, .001, 2, Duration.ofHours(1), 4, 4);

        assertThat(new Watch(0, 40, 7, NOW, 0, NOW, NOW, Optional.empty()).next(longer))
                .isEqualTo(Part.REFERENCE);
    }

    @Test
    void itsStoredFormReadsBack() {
        try (var serde = WatchSerde.create()) {
            Watch young = Watch.begin(16, NOW);
            Watch old = new Watch(
                    0, 1_000, 299, NOW.minusSeconds(2), 3, NOW.minusSeconds(9), NOW, Optional.of(NOW.minusMillis(1)));
            for (Watch watch : new Watch[] {young, old}) {
                byte[] stored = serde.serializer().serialize("t", watch);
                assertThat(serde.deserializer().deserialize("t", stored)).isEqualTo(watch);
            }
        }
    }

    @Test
    void aStoredFormOfAnotherReleaseIsNotMisread() {
        try (var serde = WatchSerde.create()) {
            byte[] stored = serde.serializer().serialize("t", Watch.begin(16, NOW));
            stored[0] = 2;
            assertThatExceptionOfType(SerializationException.class)
                    .isThrownBy(() -> serde.deserializer().deserialize("t", stored))
                    .withMessageContaining("later release");
        }
    }
}
