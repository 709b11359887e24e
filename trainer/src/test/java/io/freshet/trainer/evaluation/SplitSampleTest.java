package io.freshet.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ImageId;
import io.freshet.trainer.data.LabeledImages;
import org.junit.jupiter.api.Test;

class SplitSampleTest {

    @Test
    void eachImageIsOnOneSideAndBothAreAboutAsLarge() {
        SplitSample split = SplitSample.of(sample(1_000));
        assertThat(split.choosing().size()).isBetween(430, 570);
        assertThat(split.choosing().size() + split.judging().size()).isEqualTo(1_000);
        assertThat(split.choosing().ids())
                .doesNotContainAnyElementsOf(split.judging().ids());
    }

    @Test
    void anImageStaysOnItsSideWhenOthersCome() {
        assertThat(SplitSample.of(sample(300)).choosing().ids())
                .containsAll(SplitSample.of(sample(100)).choosing().ids());
    }

    @Test
    void theImagesThatAreTheAnchorByTheirIdAreOnBothSides() {
        SplitSample split = SplitSample.of(sample(1_000).select(id -> id.uniform() < .2));
        assertThat(split.choosing().size()).isGreaterThan(60);
        assertThat(split.judging().size()).isGreaterThan(60);
    }

    private static LabeledImages sample(int count) {
        LabeledImages images = new LabeledImages(3);
        for (int i = 0; i < count; i++) {
            byte[] image = {(byte) i, (byte) (i >> 8), 0};
            images.add(ImageId.ofPixels(1, 1, image), image, 0);
        }
        return images;
    }
}
