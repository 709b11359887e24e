package io.freshet.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {

    /** By hand: n = 102, won 2.5, lost 6.5, difference 4 / 102, and the deviation of it. */
    @Test
    void isTheAdjustedWaldBound() {
        double difference = 4.0 / 102;
        double deviation = Math.sqrt((9.0 / 102 - difference * difference) / 102);
        assertThat(PairedDifference.upperBound(2, 6, 100, .05))
                .isCloseTo(difference + 1.6449 * deviation, within(1e-5));
    }

    @Test
    void modelsThatNeverDifferAreNotKnownToBeEqual() {
        assertThat(PairedDifference.upperBound(0, 0, 100, .05)).isBetween(.005, .03);
        assertThat(PairedDifference.upperBound(0, 0, 10_000, .05)).isBetween(0.0, .001);
    }

    @Test
    void liesBelowTheTruthAsSeldomAsItsLevelSays() {
        SplittableRandom random = new SplittableRandom(7);
        int below = 0;
        for (int trial = 0; trial < 4_000; trial++) {
            int wins = 0;
            int losses = 0;
            for (int image = 0; image < 300; image++) {
                double drawn = random.nextDouble();
                wins += drawn < .05 ? 1 : 0;
                losses += drawn > .93 ? 1 : 0; // two points more wrong, in truth
            }
            below += PairedDifference.upperBound(wins, losses, 300, .05) < .02 ? 1 : 0;
        }
        assertThat(below / 4_000.0).isBetween(.03, .06);
    }

    @Test
    void refusesMoreDifferencesThanImages() {
        assertThatThrownBy(() -> PairedDifference.upperBound(6, 5, 10, .05))
                .hasMessage("Models cannot differ on 11 of 10 images");
    }
}
