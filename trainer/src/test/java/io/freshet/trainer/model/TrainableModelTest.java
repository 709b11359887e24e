package io.freshet.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.engine.Classifications;
import io.freshet.engine.ModelLoadException;
import io.freshet.engine.SessionOptions;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of trainable models, as the ones that Freshet builds keep it. */
class TrainableModelTest {

    private static final int SIZE = 8;
    private static final HyperParameters NO_STEP = new HyperParameters(0, 0, 0, Noise.NONE);

    @TempDir
    Path folder;

    private TrainableModel model;

    @BeforeEach
    void load() throws Exception {
        TrainableModelSpec spec =
                new TrainableModelSpec(Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, 3, false);
        TrainableModelWriter.write(spec, 7, folder.resolve("model"));
        model = TrainableModel.load(folder.resolve("model"), SessionOptions.forTraining());
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void theLossIsTheWeightedMeanCrossEntropyWithSoftLabels() {
        // Black images look the same however they are moved, so a step sees what a prediction sees.
        TrainingBatch batch = new TrainingBatch(SIZE, Shapes.SIDE * Shapes.SIDE, 3);
        ByteBuffer black = ByteBuffer.allocateDirect(SIZE * Shapes.SIDE * Shapes.SIDE);
        for (int place = 0; place < SIZE; place++) {
            batch.image(place).put(new byte[Shapes.SIDE * Shapes.SIDE]);
            FloatBuffer label = batch.label(place);
            label.put(.7f).put(.2f).put(.1f);
            batch.weight(place, place);
        }
        batch.label(3).put(0f).put(0f).put(1f);

        model.adapt(black, SIZE, 1);
        double loss = model.step(batch, NO_STEP, 1, 0);

        float[] p = model.classifier().classify(black, SIZE).probabilities(0);
        double soft = -(.7 * Math.log(p[0]) + .2 * Math.log(p[1]) + .1 * Math.log(p[2]));
        double hard = -Math.log(p[2]);
        assertThat(loss)
                .isCloseTo((25 * soft + 3 * hard) / 28, within(2e-3)); // the averaged variance is the unbiased one
    }

    @Test
    void aStepFollowsTheGradient() {
        TrainingBatch batch = Shapes.batch(SIZE, 1);
        HyperParameters step = new HyperParameters(.05, 0, 0, Noise.NONE);
        double before = model.step(batch, step, 1, 0);
        for (int i = 1; i < 20; i++) {
            model.step(batch, step, 1, 0);
        }
        assertThat(model.step(batch, step, 1, 0)).isLessThan(before / 2);
    }

    @Test
    void noiseIsDecidedBySeedAndStepAlone() {
        TrainingBatch batch = Shapes.batch(SIZE, 1);
        HyperParameters noisy = new HyperParameters(0, 0, 0, new Noise(.8, .3, .3));
        double first = model.step(batch, noisy, 1, 5);
        assertThat(model.step(batch, noisy, 1, 5)).isEqualTo(first);
        assertThat(model.step(batch, noisy, 1, 6)).isNotEqualTo(first);
        assertThat(model.step(batch, noisy, 2, 5)).isNotEqualTo(first);
    }

    @Test
    void whatIsSavedIsRestored() {
        float[] before = answer();
        model.save(folder.resolve("saved"));
        model.initialize(99);
        assertThat(answer()).isNotEqualTo(before);
        model.restore(folder.resolve("saved"));
        assertThat(answer()).isEqualTo(before);
    }

    @Test
    void initializingWithOneSeedGivesTheSameWeights() {
        model.initialize(3);
        float[] once = answer();
        model.initialize(4);
        assertThat(answer()).isNotEqualTo(once);
        model.initialize(3);
        assertThat(answer()).isEqualTo(once);
    }

    @Test
    void adaptingMovesPredictionsAndLeavesWeights() {
        float[] before = answer();
        ByteBuffer bright = ByteBuffer.allocateDirect(SIZE * Shapes.SIDE * Shapes.SIDE);
        SplittableRandom random = new SplittableRandom(1);
        while (bright.hasRemaining()) {
            bright.put((byte) random.nextInt(200, 256));
        }
        model.adapt(bright.flip(), SIZE, 1);
        assertThat(answer()).isNotEqualTo(before);
        assertThat(model.canAdapt()).isTrue();
    }

    @Test
    void teachingSeesABatchByItsOwnStatisticsAndMovesNothing() {
        ByteBuffer batch = ByteBuffer.allocateDirect(SIZE * Shapes.SIDE * Shapes.SIDE);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < SIZE; i++) {
            batch.put(Shapes.draw(i % 3, random));
        }
        float[] before = answer();
        float[][] taught = model.teach(batch.flip(), SIZE);
        assertThat(answer()).isEqualTo(before);
        assertThat(model.canTeach()).isTrue();

        model.adapt(batch, SIZE, 1);
        Classifications adapted = model.classifier().classify(batch, SIZE);
        for (int i = 0; i < SIZE; i++) {
            // the averaged variance is the unbiased one
            assertThat(taught[i]).containsExactly(adapted.probabilities(i), within(1e-2f));
        }
    }

    @Test
    void aBatchThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> model.classifier().classify(ByteBuffer.allocateDirect(10), 1))
                .hasMessageContaining("1 images take 256 bytes, not 10");
    }

    @Test
    void aFolderWithoutAModelIsRefusedWithItsName() {
        assertThatThrownBy(() -> TrainableModel.load(folder.resolve("none"), SessionOptions.forTraining()))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining(folder.resolve("none").toString());
    }

    private float[] answer() {
        ByteBuffer image = Shapes.alone(Shapes.draw(1, new SplittableRandom(1)));
        Classifications said = model.classifier().classify(image, 1);
        return said.probabilities(0);
    }
}
