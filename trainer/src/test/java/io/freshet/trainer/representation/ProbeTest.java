package io.freshet.trainer.representation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Both judges of embeddings, on embeddings whose classes are known to be there, or known not to be. */
class ProbeTest {

    private static final int CLASSES = 3;

    @Test
    void bothFindClassesThatLieApart() {
        Embeddings known = clouds(300, 2, 1);
        Embeddings asked = clouds(300, 2, 2);
        assertThat(LinearProbe.fit(known, CLASSES).accuracy(asked)).isGreaterThan(.9);
        assertThat(NeighbourVote.accuracy(known, asked, CLASSES)).isGreaterThan(.9);
    }

    @Test
    void neitherFindsWhatIsNotThere() {
        Embeddings known = clouds(300, 0, 1);
        Embeddings asked = clouds(3_000, 0, 2);
        assertThat(LinearProbe.fit(known, CLASSES).accuracy(asked)).isBetween(.28, .39);
        assertThat(NeighbourVote.accuracy(known, asked, CLASSES)).isBetween(.28, .39);
    }

    @Test
    void theProbeFindsWhatLinesTellApartAndNeighboursFindWhatTheyDoNot() {
        Embeddings rings = rings(600, 1);
        Embeddings asked = rings(600, 2);
        assertThat(LinearProbe.fit(rings, 2).accuracy(asked)).isLessThan(.7);
        assertThat(NeighbourVote.accuracy(rings, asked, 2)).isGreaterThan(.9);
    }

    @Test
    void scaleAndOffsetOfFeaturesDoNotMatterToTheProbe() {
        Embeddings known = clouds(300, 1, 1);
        Embeddings asked = clouds(300, 1, 2);
        double plain = LinearProbe.fit(known, CLASSES).accuracy(asked);
        stretch(known);
        stretch(asked);
        assertThat(LinearProbe.fit(known, CLASSES).accuracy(asked)).isEqualTo(plain);
    }

    @Test
    void aNearNeighbourOutvotesSeveralFarOnes() {
        float[][] rows = new float[20][];
        int[] labels = new int[20];
        for (int i = 0; i < 20; i++) {
            rows[i] = new float[] {0, 1};
            labels[i] = 1;
        }
        rows[4] = new float[] {5, .1f};
        labels[4] = 0;
        Embeddings asked = new Embeddings(new float[][] {{1, 0}}, new int[] {0});
        assertThat(NeighbourVote.accuracy(new Embeddings(rows, labels), asked, 2))
                .isEqualTo(1);
    }

    private static void stretch(Embeddings embeddings) {
        for (float[] row : embeddings.rows()) {
            row[0] = row[0] * 64 + 32;
        }
    }

    private static Embeddings clouds(int count, double apart, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] rows = new float[count][6];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
            for (int j = 0; j < 6; j++) {
                rows[i][j] = (float) (random.nextGaussian() * .7 + (j == labels[i] ? apart * 1.5 : 0));
            }
        }
        return new Embeddings(rows, labels);
    }

    /** Two classes on the same lines through the middle, each on both sides: only the angle tells them apart. */
    private static Embeddings rings(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] rows = new float[count][];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 2;
            double angle = random.nextInt(2) * Math.PI + labels[i] * Math.PI / 2 + random.nextGaussian() * .2;
            rows[i] = new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
        }
        return new Embeddings(rows, labels);
    }
}
