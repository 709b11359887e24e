package io.freshet.trainer.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void risesToThePeakAndFallsToNothing() {
        Schedule schedule = new Schedule(1_000, .2, .1);
        assertThat(schedule.rate(0)).isLessThan(.0011);
        assertThat(schedule.rate(100)).isCloseTo(.2, within(.001));
        assertThat(schedule.rate(549)).isCloseTo(.1, within(.001));
        assertThat(schedule.rate(999)).isLessThan(.001);
    }

    @Test
    void needsSteps() {
        assertThatThrownBy(() -> new Schedule(0, .1, 0)).hasMessageContaining("at least one step");
    }
}
