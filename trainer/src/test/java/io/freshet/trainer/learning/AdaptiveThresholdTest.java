package io.freshet.trainer.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdaptiveThresholdTest {

    private static final float[] SURE_OF_A = {.9f, .1f};
    private static final float[] UNSURE_OF_A = {.55f, .45f};
    private static final float[] UNSURE_OF_B = {.45f, .55f};

    @Test
    void atFirstEverythingPasses() {
        AdaptiveThreshold threshold = new AdaptiveThreshold(2, .5);
        assertThat(threshold.passes(UNSURE_OF_A)).isTrue();
        assertThat(threshold.passes(UNSURE_OF_B)).isTrue();
    }

    @Test
    void itFollowsTheConfidenceAndAsksLessOfTheClassThatComesLess() {
        AdaptiveThreshold threshold = new AdaptiveThreshold(2, .5);
        // Confidence: .5, then .5 * .5 + .5 * .9 = .7; class means: (.7, .3); so .7 is asked of a, .3 of b.
        threshold.observe(new float[][] {SURE_OF_A, SURE_OF_A});
        assertThat(threshold.state()).containsExactly(new float[] {.7f, .3f, .7f}, within(1e-6f));
        assertThat(threshold.passes(SURE_OF_A)).isTrue();
        assertThat(threshold.passes(UNSURE_OF_A)).isFalse();
        assertThat(threshold.passes(UNSURE_OF_B)).isTrue();
    }

    @Test
    void itGoesOnFromItsState() {
        AdaptiveThreshold threshold = new AdaptiveThreshold(2, .5);
        threshold.observe(new float[][] {SURE_OF_A});
        AdaptiveThreshold later = new AdaptiveThreshold(2, .5);
        later.restore(threshold.state());
        threshold.observe(new float[][] {UNSURE_OF_B});
        later.observe(new float[][] {UNSURE_OF_B});
        assertThat(later.state()).isEqualTo(threshold.state());
    }

    @Test
    void theStateOfOtherClassesIsRefused() {
        assertThatThrownBy(() -> new AdaptiveThreshold(3, .5).restore(new float[3]))
                .hasMessageContaining("one value more, not 3");
    }
}
