package io.freshet.ingest.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class OutcomesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @Test
    void theIntervalIsWilsons() {
        // Golden values of statsmodels' proportion_confint(15, 100, method="wilson").
        Outcomes outcomes = of(15, 85, 100);
        assertThat(outcomes.accuracy()).isEqualTo(.15);
        assertThat(outcomes.interval().getLowerBound()).isCloseTo(.0931, within(1e-4));
        assertThat(outcomes.interval().getUpperBound()).isCloseTo(.2328, within(1e-4));
    }

    @Test
    void theOldestMakesWay() {
        Outcomes outcomes = of(0, 10, 10); // ten mistakes, and then seven right ones in their place
        for (int i = 0; i < 7; i++) {
            outcomes = outcomes.and(true, 10, NOW);
        }
        assertThat(outcomes.judged()).isEqualTo(10);
        assertThat(outcomes.accuracy()).isEqualTo(.7);
    }

    @Test
    void whereFewerAreRememberedThanBeforeTheRestIsForgotten() {
        Outcomes outcomes = of(50, 50, 100).and(true, 10, NOW);
        assertThat(outcomes.judged()).isEqualTo(10);
        assertThat(outcomes.accuracy()).isBetween(0.0, 1.0);
        assertThat(outcomes.and(false, 10, NOW).judged()).isEqualTo(10);
    }

    @Test
    void theStoredFormHoldsAll() {
        Outcomes outcomes = of(3, 9, 20);
        try (var serde = Outcomes.serde()) {
            byte[] bytes = serde.serializer().serialize("t", outcomes);
            assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(outcomes);
        }
    }

    private static Outcomes of(int right, int wrong, int remembered) {
        Outcomes outcomes = Outcomes.first(right > 0, remembered, NOW);
        for (int i = 1; i < right + wrong; i++) {
            outcomes = outcomes.and(i < right, remembered, NOW);
        }
        return outcomes;
    }
}
