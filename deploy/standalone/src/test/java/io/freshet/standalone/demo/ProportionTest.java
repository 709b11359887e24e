package io.freshet.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProportionTest {

    @Test
    void theIntervalIsWilsons() {
        // Golden values of statsmodels' proportion_confint(15, 100, method="wilson").
        Proportion some = new Proportion(15, 100);
        assertThat(some.low()).isCloseTo(.09305, within(1e-4));
        assertThat(some.high()).isCloseTo(.23276, within(1e-4));
        assertThat(some).hasToString("15.0% (9.3 to 23.3, n = 100)");
    }

    @Test
    void noErrorAtAllIsNotCertainty() {
        Proportion none = new Proportion(0, 10);
        assertThat(none.low()).isCloseTo(0, within(1e-12));
        assertThat(none.high()).isCloseTo(.27753, within(1e-4));
        assertThat(new Proportion(0, 0)).hasToString("no images");
    }
}
