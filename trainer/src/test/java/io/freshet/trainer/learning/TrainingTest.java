package io.freshet.trainer.learning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {

    private static final TrainingProgress SILENT = (taken, steps, loss, images) -> {};
    private static final TrainingConfig CONFIG =
            new TrainingConfig(40, 32, .1, .1, 5e-4, .9, new Noise(.3, .1, .1), 15);

    @TempDir
    Path folder;

    private Path model;
    private LabeledImages labeled;

    @BeforeEach
    void writeModel() throws Exception {
        model = folder.resolve("model");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, 3, true),
                7,
                model);
        labeled = shapes(60, 1);
    }

    @Test
    void aNetworkLearnsShapesItHasNotSeen() throws Exception {
        try (TrainableModel trained = train(model, CONFIG, new LabeledBatches(labeled, 0), "a")) {
            assertThat(Evaluator.judge(trained.classifier(), shapes(100, 2)).errors())
                    .isLessThan(20);
        }
    }

    @Test
    void theSameSeedGivesTheSameWeightsToTheBit() throws Exception {
        assertThat(weightsAfter(CONFIG, "a")).isEqualTo(weightsAfter(CONFIG, "b"));
    }

    @Test
    void aRunThatIsStoppedAndGoesOnEndsWithTheSameWeightsToTheBit() throws Exception {
        Checkpoints checkpoints = new Checkpoints(folder.resolve("stopped"));
        TrainingProgress stopAfter22 = (taken, steps, loss, images) -> {
            if (taken == 22) {
                Thread.currentThread().interrupt();
            }
        };
        try (TrainableModel stopped = TrainableModel.load(model, SessionOptions.forTraining())) {
            assertThatThrownBy(() -> new Training(CONFIG, 5, stopAfter22)
                            .run(stopped, new LabeledBatches(labeled, 0), checkpoints))
                    .isInstanceOf(InterruptedException.class);
        }
        assertThat(weightsAfter(CONFIG, "stopped")).isEqualTo(weightsAfter(CONFIG, "whole"));
    }

    @Test
    void aRunTakenInPartsEndsWithTheSameWeightsToTheBitAlsoWhereLabelsAreRefreshed() throws Exception {
        ImagePool pool = unlabeled(200);
        try (TrainableModel whole = TrainableModel.load(model, SessionOptions.forTraining())) {
            new Training(CONFIG, 5, SILENT)
                    .run(whole, consistency(whole, pool), new Checkpoints(folder.resolve("whole")));
        }
        for (int until : new int[] {17, 25, 40}) {
            try (TrainableModel part = TrainableModel.load(model, SessionOptions.forTraining())) {
                new Training(CONFIG, 5, SILENT)
                        .run(part, consistency(part, pool), new Checkpoints(folder.resolve("parts")), until);
            }
        }
        assertThat(weights("parts", 40)).isEqualTo(weights("whole", 40));
    }

    @Test
    void aStudentLearnsFromItsOwnAveragesLabels() throws Exception {
        try (TrainableModel teacher = train(model, CONFIG, new LabeledBatches(labeled, 0), "teacher")) {
            teacher.save(folder.resolve("taught"));
        }
        LabeledImages one = labeled.select(id -> id.equals(labeled.id(0)));
        try (TrainableModel student = TrainableModel.load(model, SessionOptions.forTraining())) {
            student.restore(folder.resolve("taught"));
            BatchSource source = new ConsistencyBatches(
                    new LabeledBatches(one, 0), unlabeled(200), student, 32, .1, new LabelPolicy(.7, .3, .5));
            new Training(CONFIG, 5, SILENT).run(student, source, new Checkpoints(folder.resolve("student")));
            assertThat(Evaluator.judge(student.classifier(), shapes(100, 2)).errors())
                    .isLessThan(20);
        }
    }

    @Test
    void consistencyBatchesHoldTheAveragesSharpenedAnswers() throws Exception {
        ImagePool pool = unlabeled(1);
        try (TrainableModel loaded = TrainableModel.load(model, SessionOptions.forTraining())) {
            LabelPolicy policy = new LabelPolicy(.5, 0, 0);
            BatchSource source = new ConsistencyBatches(new LabeledBatches(labeled, 0), pool, loaded, 4, .5, policy);
            TrainingBatch batch = new TrainingBatch(4, pool.imageSize(), 3);
            source.fill(batch, new SplittableRandom(1));

            ByteBuffer twice = ByteBuffer.allocateDirect(2 * pool.imageSize());
            pool.copyTo(0, twice);
            pool.copyTo(0, twice);
            float[] expected = policy.sharpen(loaded.teach(twice.flip(), 2)[1]);
            float[] label = new float[3];
            batch.label(3).get(label);
            assertThat(label).containsExactly(expected);
            batch.label(0).get(label);
            assertThat(label).containsOnly(0, 1);
        }
    }

    private BatchSource consistency(TrainableModel trained, ImagePool pool) {
        return new ConsistencyBatches(
                new LabeledBatches(labeled, 0), pool, trained, 32, .5, new LabelPolicy(.7, .3, .5));
    }

    private static ImagePool unlabeled(int count) {
        ImagePool pool = new ImagePool(Shapes.SIDE * Shapes.SIDE);
        LabeledImages hidden = shapes(count, 3);
        for (int i = 0; i < hidden.size(); i++) {
            pool.add(hidden.images().get(i));
        }
        return pool;
    }

    @Test
    void aLossThatIsNoLongerANumberStopsTheRun() throws Exception {
        TrainingConfig tooFast = new TrainingConfig(200, 32, 1e30, 0, 1, .9, Noise.NONE, 1_000);
        assertThatThrownBy(() -> train(model, tooFast, new LabeledBatches(labeled, 0), "a"))
                .isInstanceOf(Training.DivergedException.class)
                .hasMessageContaining("lower learning rate");
    }

    @Test
    void aStudentLearnsFromATeachersLabelsAlone() throws Exception {
        ImagePool pool = unlabeled(200);
        PseudoLabels labels;
        try (TrainableModel teacher = train(model, CONFIG, new LabeledBatches(labeled, 0), "teacher")) {
            labels = new Teacher(teacher).label(pool, new LabelPolicy(.7, .3, .5));
        }
        LabeledImages one = labeled.select(id -> id.equals(labeled.id(0)));
        BatchSource mixed = new MixedBatches(new LabeledBatches(one, 0), pool, labels, .1, .5);
        try (TrainableModel student = train(model, CONFIG, mixed, "student")) {
            assertThat(Evaluator.judge(student.classifier(), shapes(100, 2)).errors())
                    .isLessThan(25);
        }
    }

    @Test
    void aSmallerNetworkLearnsFromALargersSoftLabelsOfLabeledAndUnlabeledImages() throws Exception {
        ImagePool pool = unlabeled(200);
        for (int i = 0; i < labeled.size(); i++) {
            pool.add(labeled.images().get(i));
        }
        PseudoLabels labels;
        try (TrainableModel teacher = train(model, CONFIG, new LabeledBatches(labeled, 0), "teacher")) {
            labels = new Teacher(teacher).label(pool, new LabelPolicy(1, 0, 0));
        }
        Path smaller = folder.resolve("smaller");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-5"), Shapes.SIDE, Shapes.SIDE, 1, 3, true),
                8,
                smaller);
        LabeledImages one = labeled.select(id -> id.equals(labeled.id(0)));
        BatchSource soft = new MixedBatches(new LabeledBatches(one, 0), pool, labels, .01, 0);
        try (TrainableModel student = train(smaller, CONFIG, soft, "student")) {
            assertThat(Evaluator.judge(student.classifier(), shapes(100, 2)).errors())
                    .isLessThan(30);
        }
    }

    private byte[] weightsAfter(TrainingConfig config, String name) throws Exception {
        train(model, config, new LabeledBatches(labeled, 0), name).close();
        return weights(name, config.steps());
    }

    private byte[] weights(String checkpoints, int step) throws Exception {
        return Files.readAllBytes(folder.resolve(checkpoints).resolve("step-" + step + ".data-00000-of-00001"));
    }

    private TrainableModel train(Path from, TrainingConfig config, BatchSource source, String checkpoints)
            throws Exception {
        TrainableModel loaded = TrainableModel.load(from, SessionOptions.forTraining());
        try {
            new Training(config, 5, SILENT).run(loaded, source, new Checkpoints(folder.resolve(checkpoints)));
            return loaded;
        } catch (Exception e) {
            loaded.close();
            throw e;
        }
    }

    private static LabeledImages shapes(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LabeledImages images = new LabeledImages(Shapes.SIDE * Shapes.SIDE);
        for (int i = 0; i < count; i++) {
            byte[] image = Shapes.draw(i % 3, random);
            images.add(ImageId.ofPixels(image.length, i + 1, image), image, i % 3);
        }
        return images;
    }
}
