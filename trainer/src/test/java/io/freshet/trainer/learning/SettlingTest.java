package io.freshet.trainer.learning;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.engine.SessionOptions;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettlingTest {

    private final LabeledImages labeled = Shapes.labeled(300, 1);
    private final LabeledImages judged = Shapes.labeled(600, 2);
    private final Training training = new Training(
            new TrainingConfig(80, 32, .1, .1, 5e-4, .9, new Noise(.3, 0, 0), 200),
            5,
            (taken, steps, loss, images) -> {});

    @TempDir
    Path folder;

    private TrainableModel model;

    @BeforeEach
    void train() throws Exception {
        Path written = folder.resolve("model");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, 3, true),
                7,
                written);
        model = TrainableModel.load(written, SessionOptions.forTraining());
        training.run(model, new LabeledBatches(labeled, 0), new Checkpoints(folder.resolve("checkpoints")));
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void statisticsThatServeBothKindsOfImagesAreFound() {
        assertThat(errors(changed(judged, SettlingTest::gamma))).isGreaterThan(200);

        training.settle(model, mixedWith(SettlingTest::gamma));

        assertThat(errors(changed(judged, SettlingTest::gamma))).isLessThan(30);
        assertThat(errors(judged)).isLessThan(30);
    }

    @Test
    void statisticsThatWouldMakeLabeledImagesUnreadableAreNotTaken() {
        new Teacher(model).adapt(changed(labeled, SettlingTest::dusk).images(), 1);
        assertThat(errors(judged)).isGreaterThan(200);

        training.settle(model, mixedWith(SettlingTest::dusk));

        assertThat(errors(judged)).isLessThan(30);
    }

    @Test
    void ofMixturesThatCostLabeledImagesLittleTheOneOfFewestErrorsIsTaken() {
        Settling.Tried first = new Settling.Tried(.9, .25, .41);
        Settling.Tried better = new Settling.Tried(.5, .255, .38);
        Settling.Tried tooDear = new Settling.Tried(.1, .27, .33);

        assertThat(Settling.best(List.of(first, better, tooDear))).isEqualTo(better);
        assertThat(Settling.best(List.of(first, tooDear))).isEqualTo(first);
    }

    private static int gamma(int value) {
        return (int) (255 * Math.pow(value / 255., 3));
    }

    private static int dusk(int value) {
        return value / 8;
    }

    private BatchSource mixedWith(IntUnaryOperator change) {
        return new ConsistencyBatches(
                new LabeledBatches(labeled, 0),
                changed(labeled, change).images(),
                model,
                32,
                .75,
                new LabelPolicy(.7, .3, .5));
    }

    private int errors(LabeledImages images) {
        return Evaluator.judge(model.classifier(), images).errors();
    }

    /** The images with each value of a pixel, 0 to 255, changed. */
    private static LabeledImages changed(LabeledImages images, IntUnaryOperator change) {
        LabeledImages changed = new LabeledImages(images.images().imageSize());
        for (int i = 0; i < images.size(); i++) {
            byte[] pixels = images.images().get(i);
            for (int j = 0; j < pixels.length; j++) {
                pixels[j] = (byte) change.applyAsInt(Byte.toUnsignedInt(pixels[j]));
            }
            changed.add(images.id(i), pixels, images.label(i));
        }
        return changed;
    }
}
