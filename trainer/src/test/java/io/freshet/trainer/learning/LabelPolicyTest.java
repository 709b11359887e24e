package io.freshet.trainer.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LabelPolicyTest {

    private static final float[] TWO_IMAGES = {.6f, .3f, .1f, .4f, .35f, .25f};

    @Test
    void temperatureOneLeavesTheDistributions() {
        PseudoLabels labels = new LabelPolicy(1, 0, 0).apply(3, TWO_IMAGES);
        assertThat(labels.distributions()).containsExactly(TWO_IMAGES, within(1e-6f));
    }

    @Test
    void aLowTemperatureSharpens() {
        PseudoLabels labels = new LabelPolicy(.5, 0, 0).apply(3, TWO_IMAGES);
        // .36, .09 and .01 of .46
        assertThat(labels.probability(0, 0)).isCloseTo(.7826f, within(1e-4f));
        assertThat(labels.probability(0, 1)).isCloseTo(.1957f, within(1e-4f));
        assertThat(labels.probability(0, 2)).isCloseTo(.0217f, within(1e-4f));
    }

    @Test
    void theFilterAsksForConfidenceBeforeSharpening() {
        PseudoLabels labels = new LabelPolicy(.1, .5, 0).apply(3, TWO_IMAGES);
        assertThat(labels.kept()).containsExactly(0);
        assertThat(labels.count()).isEqualTo(2);
    }

    @Test
    void balanceBringsClassesToEqualShares() {
        // Nine images of the first class, one of the second, none of the third.
        float[] probabilities = new float[30];
        for (int image = 0; image < 10; image++) {
            probabilities[image * 3 + (image == 4 ? 1 : 0)] = 1;
        }
        PseudoLabels labels = new LabelPolicy(1, 0, 1).apply(3, probabilities);
        assertThat(shareOfImage4(labels, 0)).isCloseTo(.1, within(.02));
        assertThat(shareOfImage4(labels, 1)).isCloseTo(.5, within(.02));
        assertThat(shareOfImage4(labels, .5)).isCloseTo(.25, within(.02));
    }

    private static double shareOfImage4(PseudoLabels labels, double balance) {
        ClassBalance drawn = new ClassBalance(labels, balance);
        SplittableRandom random = new SplittableRandom(1);
        int hits = 0;
        for (int i = 0; i < 10_000; i++) {
            hits += drawn.draw(random) == 4 ? 1 : 0;
        }
        return hits / 1e4;
    }
}
