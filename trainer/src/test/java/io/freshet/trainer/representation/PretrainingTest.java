package io.freshet.trainer.representation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.engine.Classifier;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.SelfSupervision;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small networks that learn shapes whose names nobody tells them. */
class PretrainingTest {

    private static final TrainingProgress SILENT = (taken, steps, loss, images) -> {};
    private static final int PIXELS = Shapes.SIDE * Shapes.SIDE;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"simclr", "barlow-twins"})
    void theLossFallsAndTwoViewsOfAnImageComeNearer(String method) throws Exception {
        List<Double> losses = new ArrayList<>();
        try (Pretraining pretraining = open(method, 60, "work")) {
            double before = distanceOfViews(pretraining);
            pretraining.run(60, (taken, steps, loss, images) -> losses.add(loss));
            assertThat(mean(losses.subList(50, 60))).isLessThan(.9 * mean(losses.subList(0, 5)));
            assertThat(distanceOfViews(pretraining)).isLessThan(.8 * before);
        }
    }

    @Test
    void whatWasLearnedWithoutLabelsTellsTheClassesApartBetterThanRandomWeights() throws Exception {
        RepresentationProbe probe = new RepresentationProbe(shapes(60, 2), shapes(300, 3), 3);
        try (Pretraining pretraining = open("simclr", 80, "work")) {
            RepresentationQuality random = pretraining.judgeRandom(probe);
            pretraining.run(80, SILENT);
            assertThat(pretraining.judge(probe).neighbours()).isGreaterThan(random.neighbours());
            assertThat(pretraining.judgeRandom(probe)).isEqualTo(random); // and moves nothing
        }
    }

    @Test
    void aRunThatIsStoppedAndGoesOnEndsWithTheSameWeightsToTheBit() throws Exception {
        try (Pretraining whole = open("simclr", 12, "whole")) {
            whole.run(12, SILENT);
        }
        try (Pretraining stopped = open("simclr", 12, "stopped")) {
            stopped.run(7, SILENT);
        }
        try (Pretraining goesOn = open("simclr", 12, "stopped")) {
            assertThat(goesOn.taken()).isEqualTo(7);
            goesOn.run(12, SILENT);
        }
        assertThat(weights("stopped")).isEqualTo(weights("whole"));
    }

    @Test
    void aFolderInWhichAnotherRunHasBegunIsRefused() throws Exception {
        open("simclr", 12, "work").close();
        assertThatThrownBy(() -> open("barlow-twins", 12, "work"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another run has begun");
    }

    @Test
    void fewerImagesThanABatchAreRefused() {
        assertThatThrownBy(() -> Pretraining.open(config("simclr", 4), pool(3), folder.resolve("work")))
                .isInstanceOf(IOException.class)
                .hasMessage("There are 3 images to learn from, and a batch has 48");
    }

    @Test
    void aModelBeginsFromTheBackboneAndIsNoLargerThanOneThatDoesNot() throws Exception {
        Path plain = folder.resolve("plain");
        TrainableModelWriter.write(spec("residual-8", 3), 7, plain);
        try (Pretraining pretraining = open("simclr", 4, "work")) {
            pretraining.run(4, SILENT);
            pretraining.writeModel(folder.resolve("model"));
            float[] learned = embedding(pretraining.classifier());
            assertThat(embedding(folder.resolve("model"))).isEqualTo(learned);
            assertThat(embedding(plain)).isNotEqualTo(learned);

            Path other = folder.resolve("other");
            Backbone.writeModel(spec("residual-8", 5), 9, folder.resolve("model"), other);
            assertThat(embedding(other)).isEqualTo(learned);
        }
        assertThat(size(folder.resolve("model"))).isEqualTo(size(plain));
    }

    @Test
    void theBackboneOfAnotherArchitectureIsRefused() throws Exception {
        Path from = folder.resolve("from");
        TrainableModelWriter.write(spec("residual-8", 3), 7, from);
        for (String other : new String[] {"residual-16", "efficient-b0"}) {
            assertThatThrownBy(() -> Backbone.writeModel(spec(other, 3), 7, from, folder.resolve("to")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is no " + other + " for images of 1 channels");
        }
        assertThatThrownBy(() ->
                        Backbone.writeModel(spec("residual-8", 3), 7, folder.resolve("none"), folder.resolve("to")))
                .hasMessageContaining("There is no model in");
        assertThat(folder.resolve("to")).doesNotExist();
        assertThat(folder.resolve("to.unfinished")).doesNotExist();
    }

    /** Between the embeddings of an image and of its mirror image, where that between two images is 1; means. */
    private static double distanceOfViews(Pretraining pretraining) {
        int count = 60;
        SplittableRandom random = new SplittableRandom(11);
        float[][] images = new float[count][];
        double ofViews = 0;
        for (int i = 0; i < count; i++) {
            byte[] image = Shapes.draw(i % 3, random);
            images[i] = embedding(pretraining.classifier(), image);
            ofViews += distance(images[i], embedding(pretraining.classifier(), mirrored(image))) / count;
        }
        double ofImages = 0;
        for (float[] one : images) {
            for (float[] other : images) {
                ofImages += distance(one, other) / (count * (count - 1));
            }
        }
        return ofViews / ofImages;
    }

    private static byte[] mirrored(byte[] image) {
        byte[] mirrored = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            int row = i / Shapes.SIDE * Shapes.SIDE;
            mirrored[i] = image[row + Shapes.SIDE - 1 - i % Shapes.SIDE];
        }
        return mirrored;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static float[] embedding(Path model) {
        try (TrainableModel loaded = TrainableModel.load(model, SessionOptions.forTraining())) {
            return embedding(loaded.classifier());
        }
    }

    private static float[] embedding(Classifier classifier) {
        return embedding(classifier, Shapes.draw(1, new SplittableRandom(1)));
    }

    private static float[] embedding(Classifier classifier, byte[] pixels) {
        return classifier.classify(Shapes.alone(pixels), 1).embedding(0);
    }

    private static long size(Path model) throws IOException {
        return Files.size(model.resolve("variables").resolve("variables.data-00000-of-00001"));
    }

    private byte[] weights(String work) throws IOException {
        return Files.readAllBytes(folder.resolve(work).resolve("checkpoints").resolve("step-12.data-00000-of-00001"));
    }

    private Pretraining open(String method, int steps, String work) throws IOException {
        return Pretraining.open(config(method, steps), pool(300), folder.resolve(work));
    }

    private static PretrainingConfig config(String method, int steps) {
        return new PretrainingConfig(
                SelfSupervision.named(method),
                spec("residual-8", 3),
                new TrainingConfig(
                        steps, 48, method.equals("simclr") ? .2 : .02, .1, 1e-4, .9, new Noise(.5, 0, 0), 50),
                false,
                5);
    }

    private static TrainableModelSpec spec(String architecture, int classes) {
        return new TrainableModelSpec(Architecture.named(architecture), Shapes.SIDE, Shapes.SIDE, 1, classes, true);
    }

    private static ImagePool pool(int count) {
        return shapes(count, 1).images();
    }

    private static LabeledImages shapes(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LabeledImages images = new LabeledImages(PIXELS);
        for (int i = 0; i < count; i++) {
            byte[] image = Shapes.draw(i % 3, random);
            images.add(ImageId.ofPixels(image.length, i + 1, image), image, i % 3);
        }
        return images;
    }
}
