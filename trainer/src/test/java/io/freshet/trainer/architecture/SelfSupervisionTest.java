package io.freshet.trainer.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.engine.NativeTensorFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** The losses against the papers' equations, written down again in plain Java. */
class SelfSupervisionTest {

    private static final int BATCH = 5;
    private static final int SIZE = 4;
    private static final double STEP = 1e-4;

    private static final SimClr SIMCLR = new SimClr(.3, 8, SIZE);
    private static final BarlowTwins BARLOW_TWINS = new BarlowTwins(.02, 8, SIZE);

    private final float[][] first = random(1);
    private final float[][] second = random(2);

    @Test
    void simClrIsEquation1() {
        assertThat(run(SIMCLR, first, second).loss()).isCloseTo(ntXent(first, second), within(1e-5));
    }

    @Test
    void barlowTwinsIsEquation1() {
        assertThat(run(BARLOW_TWINS, first, second).loss()).isCloseTo(barlowTwins(first, second), within(1e-3));
    }

    @Test
    void simClrsGradientIsThatOfItsEquation() {
        checkGradient(SIMCLR, this::ntXent, 1e-3);
    }

    @Test
    void barlowTwinsGradientIsThatOfItsEquation() {
        checkGradient(BARLOW_TWINS, this::barlowTwins, 3e-3);
    }

    @Test
    void viewsThatAgreeLoseLessThanViewsThatDoNot() {
        for (SelfSupervision method : SelfSupervision.all()) {
            SelfSupervision small = method instanceof SimClr ? SIMCLR : BARLOW_TWINS;
            assertThat(run(small, first, first).loss())
                    .as(method.name())
                    .isLessThan(run(small, first, second).loss());
        }
    }

    @Test
    void anUnknownMethodIsRefusedWithThoseThatThereAre() {
        assertThat(SelfSupervision.named("simclr")).isEqualTo(SimClr.DEFAULT);
        assertThat(SelfSupervision.named("barlow-twins")).isEqualTo(BarlowTwins.DEFAULT);
        assertThatThrownBy(() -> SelfSupervision.named("moco"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[simclr, barlow-twins]");
    }

    @FunctionalInterface
    private interface Loss {
        double of(float[][] first, float[][] second);
    }

    private void checkGradient(SelfSupervision method, Loss loss, double tolerance) {
        List<Float> gradient = run(method, first, second).gradient();
        for (int i = 0; i < BATCH; i++) {
            for (int j = 0; j < SIZE; j++) {
                float before = first[i][j];
                first[i][j] = (float) (before + STEP);
                double above = loss.of(first, second);
                float up = first[i][j];
                first[i][j] = (float) (before - STEP);
                double below = loss.of(first, second);
                double slope = (above - below) / (up - first[i][j]);
                first[i][j] = before;
                assertThat((double) gradient.get(i * SIZE + j)).isCloseTo(slope, within(tolerance));
            }
        }
    }

    private record Answer(double loss, List<Float> gradient) {}

    /** The loss, and its gradient by the first views. */
    private static Answer run(SelfSupervision method, float[][] first, float[][] second) {
        NativeTensorFlow.ensureLoaded();
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Placeholder<TFloat32> z = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, SIZE)));
            Operand<TFloat32> loss = method.loss(tf, z, tf.constant(second));
            Gradients gradients = tf.gradients(loss, List.of(z));
            try (Session session = new Session(graph);
                    TFloat32 value = TFloat32.tensorOf(StdArrays.ndCopyOf(first));
                    Result result = session.runner()
                            .feed(z, value)
                            .fetch(loss)
                            .fetch(gradients.dy(0))
                            .run()) {
                List<Float> gradient = new ArrayList<>();
                ((TFloat32) result.get(1)).scalars().forEach(scalar -> gradient.add(scalar.getFloat()));
                return new Answer(((TFloat32) result.get(0)).getFloat(), gradient);
            }
        }
    }

    /** 2002.05709, equation 1, over all 2N views. */
    private double ntXent(float[][] a, float[][] b) {
        double[][] z = new double[2 * BATCH][];
        for (int i = 0; i < BATCH; i++) {
            z[i] = unit(a[i]);
            z[BATCH + i] = unit(b[i]);
        }
        double sum = 0;
        for (int i = 0; i < z.length; i++) {
            int j = (i + BATCH) % z.length;
            double others = 0;
            for (int k = 0; k < z.length; k++) {
                if (k != i) {
                    others += Math.exp(dot(z[i], z[k]) / SIMCLR.temperature());
                }
            }
            sum -= Math.log(Math.exp(dot(z[i], z[j]) / SIMCLR.temperature()) / others);
        }
        return sum / z.length;
    }

    /** 2103.03230, equations 1 and 2, with features centred along the batch. */
    private double barlowTwins(float[][] a, float[][] b) {
        double loss = 0;
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                double correlation = correlation(a, i, b, j);
                loss += i == j
                        ? (1 - correlation) * (1 - correlation)
                        : BARLOW_TWINS.redundancy() * correlation * correlation;
            }
        }
        return loss;
    }

    private static double correlation(float[][] a, int i, float[][] b, int j) {
        double meanA = 0;
        double meanB = 0;
        for (int n = 0; n < BATCH; n++) {
            meanA += a[n][i] / (double) BATCH;
            meanB += b[n][j] / (double) BATCH;
        }
        double both = 0;
        double ofA = 0;
        double ofB = 0;
        for (int n = 0; n < BATCH; n++) {
            both += (a[n][i] - meanA) * (b[n][j] - meanB);
            ofA += (a[n][i] - meanA) * (a[n][i] - meanA);
            ofB += (b[n][j] - meanB) * (b[n][j] - meanB);
        }
        return both / Math.sqrt(ofA) / Math.sqrt(ofB);
    }

    private static double[] unit(float[] row) {
        double[] unit = new double[row.length];
        double squares = 0;
        for (float value : row) {
            squares += (double) value * value;
        }
        for (int i = 0; i < row.length; i++) {
            unit[i] = row[i] / Math.sqrt(squares);
        }
        return unit;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static float[][] random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] rows = new float[BATCH][SIZE];
        for (float[] row : rows) {
            for (int j = 0; j < SIZE; j++) {
                row[j] = (float) random.nextGaussian();
            }
        }
        return rows;
    }
}
