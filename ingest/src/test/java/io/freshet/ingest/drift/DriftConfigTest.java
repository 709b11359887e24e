package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DriftConfigTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void wrongValuesAreNamedWithWhatWouldBeRight() {
        assertRefused(() -> new DriftConfig(19, 30, .001, 2, HOUR, 1, 1), "drift.reference", "at least 20", "19");
        assertRefused(() -> new DriftConfig(100, 0, .001, 2, HOUR, 1, 1), "drift.window", "at least 20");
        assertRefused(() -> new DriftConfig(100, 30, 0, 2, HOUR, 1, 1), "drift.level", "between 0 and 1");
        assertRefused(() -> new DriftConfig(100, 30, Double.NaN, 2, HOUR, 1, 1), "drift.level");
        assertRefused(() -> new DriftConfig(100, 30, .001, 0, HOUR, 1, 1), "drift.consecutive", "at least 1");
        assertRefused(() -> new DriftConfig(100, 30, .001, 2, HOUR.negated(), 1, 1), "drift.rearm", "negative");
        assertRefused(() -> new DriftConfig(100, 30, .001, 2, HOUR, 0, 1), "drift.models", "at least 1");
        assertRefused(() -> new DriftConfig(100, 30, .001, 2, HOUR, 1, 0), "drift.versions", "at least 1");
    }

    private static void assertRefused(Runnable construction, String... inMessage) {
        assertThatIllegalArgumentException()
                .isThrownBy(construction::run)
                .satisfies(e -> assertThat(e.getMessage()).contains(inMessage));
    }
}
