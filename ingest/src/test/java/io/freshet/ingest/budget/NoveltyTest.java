package io.freshet.ingest.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NoveltyTest {

    private static final int LENGTH = 16;
    private static final int CAPACITY = 128;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Novelty novelty = new Novelty(LENGTH, CAPACITY);

    @Test
    void littleIsSaidBeforeMuchWasSeen() {
        assertThat(novelty.of(around(0))).isEqualTo(Novelty.UNKNOWN);
        novelty.choose(around(0));
        assertThat(novelty.of(around(100))).isEqualTo(Novelty.UNKNOWN);
    }

    @Test
    void ofTrafficThatStaysAsItIsNoveltyIsUniform() {
        getToKnow(0, 1_000);
        double mean = IntStream.range(0, 2_000)
                .mapToDouble(i -> novelty.of(around(0)))
                .average()
                .orElseThrow();

        assertThat(mean).isCloseTo(.5, within(.05));
    }

    @Test
    void whatLiesElsewhereIsNewUntilItIsChosenOften() {
        getToKnow(0, 1_000);
        assertThat(novelty.of(around(10))).isGreaterThan(.95);

        getToKnow(10, 1_000);
        double mean = IntStream.range(0, 500)
                .mapToDouble(i -> novelty.of(around(10)))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(.5, within(.1));
        assertThat(novelty.of(around(0))).isGreaterThan(.95); // which is long forgotten
    }

    @Test
    void imagesThatAllLookAlikeAreNeitherNewNorOld() {
        float[] one = around(0);
        for (int i = 0; i < 1_000; i++) {
            novelty.of(one);
            novelty.choose(one);
        }
        assertThat(novelty.of(one)).isEqualTo(.5);
    }

    private void getToKnow(double center, int images) {
        for (int i = 0; i < images; i++) {
            float[] embedding = around(center);
            novelty.of(embedding);
            novelty.choose(embedding);
        }
    }

    private float[] around(double center) {
        float[] embedding = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            embedding[i] = (float) (center + random.nextGaussian());
        }
        return embedding;
    }
}
