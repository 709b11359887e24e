package io.freshet.trainer.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.trainer.analysis.ConfidentLearning.Opinion;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfidentLearningTest {

    @Test
    void aLabelIsSuspectedWhereAnotherClassIsAsProbableAsItIsOfItsOwnImages() {
        float[][] distributions = {{.9f, .1f}, {.8f, .2f}, {.1f, .9f}, {.3f, .7f}, {.85f, .15f}};
        int[] labels = {0, 0, 1, 1, 1};
        // Class 0 is thought of its own with .85 on average, class 1 with .58.
        List<Opinion> opinions = ConfidentLearning.judge(distributions, labels, 2);
        assertThat(opinions.stream().map(Opinion::suspected)).containsExactly(false, false, false, false, true);
        assertThat(opinions.get(4).suggested()).isZero();
        assertThat(opinions.get(4).margin()).isCloseTo(-.7f, within(1e-6f));
        assertThat(opinions.get(0).margin()).isCloseTo(.8f, within(1e-6f));
    }

    @Test
    void aClassOfWhichAllAreUnsureNeedsLess() {
        float[][] distributions = {{.4f, .6f}, {.5f, .5f}, {.1f, .9f}, {.46f, .54f}};
        int[] labels = {0, 0, 1, 1};
        // .45 is what class 0 has of its own on average, so the last image counts to it; .725 for class 1 is out of
        // reach.
        List<Opinion> opinions = ConfidentLearning.judge(distributions, labels, 2);
        assertThat(opinions.stream().map(Opinion::suspected)).containsExactly(false, false, false, true);
    }

    @Test
    void aClassWithoutImagesIsSuggestedToNobody() {
        float[][] distributions = {{.2f, .2f, .6f}, {.1f, .9f, 0}};
        assertThat(ConfidentLearning.judge(distributions, new int[] {0, 1}, 3)).noneMatch(Opinion::suspected);
    }
}
