package io.freshet.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestNeighboursTest {

    @Test
    void theNearestAreKeptWhateverTheOrderInWhichTheyCome() {
        SplittableRandom random = new SplittableRandom(1);
        int[] labels = IntStream.range(0, 100).map(i -> i < 97 ? 0 : 1).toArray();
        NearestNeighbours neighbours = new NearestNeighbours(3);
        int[] order = random.ints(0, 100).distinct().limit(100).toArray();
        for (int image : order) {
            neighbours.offer(image, image / 100f);
        }
        assertThat(neighbours.vote(labels, 2)).containsExactly(0, 1);
        assertThat(neighbours.distance()).isCloseTo((float) Math.sqrt(2 - 2 * .97), within(1e-6f));
    }

    @Test
    void whoHasNoNeighboursKnowsNothing() {
        assertThat(new NearestNeighbours(3).vote(new int[0], 4)).containsOnly(.25f);
        assertThat(new NearestNeighbours(3).distance()).isEqualTo(2);
    }
}
