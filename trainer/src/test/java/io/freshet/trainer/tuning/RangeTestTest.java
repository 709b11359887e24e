package io.freshet.trainer.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class RangeTestTest {

    private static final RangeTest TEST = new RangeTest(1e-3, 10, 41);

    @Test
    void ratesRiseByTheSameFactor() {
        assertThat(TEST.rate(0)).isCloseTo(1e-3, within(1e-12));
        assertThat(TEST.rate(20)).isCloseTo(.1, within(1e-9));
        assertThat(TEST.rate(40)).isCloseTo(10, within(1e-6));
    }

    @Test
    void theRateLiesMidwayBetweenTheSteepestFallAndATenthOfWhereLearningIsLost() {
        double[] losses = losses(2.3, 20, 36);
        RangeTest.Reading reading = TEST.read(losses, 41);
        assertThat(reading.diverged()).isPresent();
        assertThat(reading.diverged().getAsDouble()).isBetween(TEST.rate(36), TEST.rate(39));
        assertThat(reading.steepest()).isBetween(TEST.rate(18), TEST.rate(24));
        assertThat(reading.rate())
                .isCloseTo(
                        Math.sqrt(reading.steepest() * reading.diverged().getAsDouble() / 10),
                        Percentage.withPercentage(1e-6));
    }

    @Test
    void whereLearningIsNeverLostTheSteepestFallIsTaken() {
        RangeTest.Reading reading = TEST.read(losses(2.3, 20, 99), 41);
        assertThat(reading.diverged()).isEmpty();
        assertThat(reading.rate()).isEqualTo(reading.steepest()).isBetween(TEST.rate(18), TEST.rate(24));
    }

    @Test
    void aLossThatIsNoNumberEndsTheSweep() {
        double[] losses = losses(2.3, 10, 99);
        losses[25] = Double.NaN;
        assertThat(TEST.isOver(losses, 25)).isFalse();
        assertThat(TEST.isOver(losses, 26)).isTrue();
        assertThat(TEST.read(losses, 26).diverged()).hasValue(TEST.rate(25));
    }

    /** Flat, then falling by .1 a step for ten steps, then flat, and from a step on lost. */
    private static double[] losses(double first, int falls, int lost) {
        double[] losses = new double[41];
        for (int step = 0; step < losses.length; step++) {
            double fallen = Math.clamp(step - falls + 5, 0, 10) * .1;
            losses[step] = step < lost ? first - fallen : 100;
        }
        return losses;
    }
}
