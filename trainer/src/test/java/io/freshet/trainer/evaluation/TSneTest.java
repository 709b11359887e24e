package io.freshet.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TSneTest {

    private static final int CLUSTERS = 4;
    private static final int EACH = 40;
    private static final int DIMENSIONS = 10;

    @Test
    void clustersThatAreApartStayApart() {
        double[][] layout = TSne.layOut(clusters(8), 300, 1);
        double[][] centres = new double[CLUSTERS][2];
        for (int i = 0; i < layout.length; i++) {
            centres[i % CLUSTERS][0] += layout[i][0] / EACH;
            centres[i % CLUSTERS][1] += layout[i][1] / EACH;
        }
        for (int i = 0; i < layout.length; i++) {
            double own = distance(layout[i], centres[i % CLUSTERS]);
            for (int other = 0; other < CLUSTERS; other++) {
                if (other != i % CLUSTERS) {
                    assertThat(own).isLessThan(distance(layout[i], centres[other]));
                }
            }
        }
    }

    @Test
    void whatIsOneCloudIsNotTornIntoClusters() {
        double[][] layout = TSne.layOut(clusters(0), 300, 1);
        double[][] centres = new double[CLUSTERS][2];
        for (int i = 0; i < layout.length; i++) {
            centres[i % CLUSTERS][0] += layout[i][0] / EACH;
            centres[i % CLUSTERS][1] += layout[i][1] / EACH;
        }
        double spread = 0;
        for (double[] point : layout) {
            spread += distance(point, new double[2]) / layout.length;
        }
        assertThat(distance(centres[0], centres[1])).isLessThan(spread);
    }

    @Test
    void oneSeedGivesOnePicture() {
        assertThat(TSne.layOut(clusters(5), 50, 3)).isDeepEqualTo(TSne.layOut(clusters(5), 50, 3));
    }

    private static float[][] clusters(double apart) {
        SplittableRandom random = new SplittableRandom(1);
        float[][] points = new float[CLUSTERS * EACH][DIMENSIONS];
        for (int i = 0; i < points.length; i++) {
            for (int d = 0; d < DIMENSIONS; d++) {
                points[i][d] = (float) (random.nextGaussian() + (d == i % CLUSTERS ? apart : 0));
            }
        }
        return points;
    }

    private static double distance(double[] a, double[] b) {
        return Math.hypot(a[0] - b[0], a[1] - b[1]);
    }
}
