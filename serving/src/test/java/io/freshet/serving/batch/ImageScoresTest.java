package io.freshet.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImageScoresTest {

    private static ImageScores of(float... probabilities) {
        return new ImageScores(probabilities, new float[] {1});
    }

    @Test
    void theLabelIsTheMostProbableClassAndOfEqualsTheFirst() {
        assertThat(of(.2f, .5f, .3f).label()).isEqualTo(1);
        assertThat(of(.5f, .5f).label()).isZero();
        assertThat(of(.2f, .5f, .3f).confidence()).isEqualTo(.5f);
    }

    @Test
    void probabilitiesThatSumToOneAreSound() {
        assertThat(of(.25f, .75f).isSound()).isTrue();
        assertThat(of(0, 1).isSound()).isTrue();
    }

    @Test
    void whatIsNoDistributionIsNotSound() {
        assertThat(of(.5f, .4f).isSound()).isFalse();
        assertThat(of(-.5f, 1.5f).isSound()).isFalse();
        assertThat(of(Float.NaN, 1).isSound()).isFalse();
    }

    @Test
    void anEmbeddingWithoutEndIsNotSound() {
        assertThat(new ImageScores(new float[] {1}, new float[] {Float.POSITIVE_INFINITY}).isSound())
                .isFalse();
    }
}
