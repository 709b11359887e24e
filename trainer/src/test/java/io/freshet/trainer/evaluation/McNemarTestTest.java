package io.freshet.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class McNemarTestTest {

    @Test
    void isTheUpperTailOfAFairCoin() {
        // Five of five: one in 32. Four or more of five: six in 32.
        assertThat(McNemarTest.pValue(5, 0)).isCloseTo(1 / 32.0, within(1e-12));
        assertThat(McNemarTest.pValue(4, 1)).isCloseTo(6 / 32.0, within(1e-12));
        assertThat(McNemarTest.pValue(0, 5)).isCloseTo(1, within(1e-12));
    }

    @Test
    void modelsThatNeverDifferAreNotBetter() {
        assertThat(McNemarTest.pValue(0, 0)).isEqualTo(1);
    }
}
