package io.freshet.trainer.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.freshet.engine.SessionOptions;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.model.HyperParameters;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** A step that replicas of a network share is a step of that network. */
class ReplicasTest {

    private static final int PIXELS = Shapes.SIDE * Shapes.SIDE;
    private static final HyperParameters QUIET = new HyperParameters(.1, 1e-3, .5, Noise.NONE);
    private static final HyperParameters NOISY = new HyperParameters(.1, 5e-4, .9, new Noise(.1, .1, .05));

    @TempDir
    Path folder;

    @Test
    void theirStepIsThatOfTheWholeBatch() throws Exception {
        // Black images look the same however they are moved, and to each other's replica.
        TrainingBatch batch = new TrainingBatch(7, PIXELS, 3);
        for (int place = 0; place < batch.size(); place++) {
            batch.image(place).put(new byte[PIXELS]);
            batch.label(place).put(place % 3, 1);
            batch.weight(place, place);
        }
        try (TrainableModel one = load(1);
                TrainableModel three = load(3)) {
            for (int step = 0; step < 3; step++) {
                assertThat(three.step(batch, QUIET, 1, step)).isCloseTo(one.step(batch, QUIET, 1, step), within(1e-5));
            }
            ByteBuffer image = Shapes.alone(Shapes.draw(1, new SplittableRandom(1)));
            assertThat(three.teach(image, 1)[0]).as("weights").containsExactly(one.teach(image, 1)[0], within(1e-5f));
            // A part's variance is estimated with its own n - 1.
            assertThat(answer(three)).as("statistics").containsExactly(answer(one), within(2e-3f));
        }
    }

    @Test
    void aNetworkLearnsByThemAndTheSameTwice() throws Exception {
        try (TrainableModel model = load(2);
                TrainableModel again = load(2)) {
            for (int step = 0; step < 100; step++) {
                TrainingBatch batch = Shapes.batch(32, step);
                double loss = model.step(batch, NOISY, 1, step);
                assertThat(again.step(batch, NOISY, 1, step)).isEqualTo(loss);
            }
            assertThat(answer(again)).isEqualTo(answer(model));
            int right = 0;
            SplittableRandom random = new SplittableRandom(99);
            for (int i = 0; i < 60; i++) {
                float[] answer = answer(model, Shapes.draw(i % 3, random));
                right += answer[i % 3] > .5 ? 1 : 0;
            }
            assertThat(right).isGreaterThan(50);
        }
    }

    @Test
    void eachIsPlacedOnAGpuOfItsOwnWithItsGradientsAndVariablesAreNot() throws Exception {
        load(2).close();
        SavedModel model = SavedModel.parseFrom(Files.readAllBytes(folder.resolve("2/saved_model.pb")));
        Map<String, Long> gradients = model.getMetaGraphs(0).getGraphDef().getNodeList().stream()
                .filter(node -> node.getOp().startsWith("Conv2DBackprop"))
                .collect(Collectors.groupingBy(NodeDef::getDevice, Collectors.counting()));
        assertThat(gradients).containsOnlyKeys("/device:GPU:0", "/device:GPU:1");
        assertThat(Set.copyOf(gradients.values())).as("as many on each").hasSize(1);
        assertThat(model.getMetaGraphs(0).getGraphDef().getNodeList())
                .filteredOn(node ->
                        node.getOp().contains("Variable") || node.getOp().startsWith("ResourceApply"))
                .isNotEmpty()
                .allMatch(node -> node.getDevice().isEmpty());
    }

    @Test
    void thereIsOneAtLeast() {
        assertThatThrownBy(() -> spec(0)).hasMessageContaining("at least one replica, not 0");
    }

    private TrainableModel load(int replicas) throws Exception {
        Path model = folder.resolve(Integer.toString(replicas));
        TrainableModelWriter.write(spec(replicas), 7, model);
        return TrainableModel.load(model, SessionOptions.forTraining());
    }

    private static TrainableModelSpec spec(int replicas) {
        return new TrainableModelSpec(
                Architecture.named("residual-16"), Shapes.SIDE, Shapes.SIDE, 1, 3, false, replicas);
    }

    private static float[] answer(TrainableModel model) {
        return answer(model, Shapes.draw(1, new SplittableRandom(1)));
    }

    private static float[] answer(TrainableModel model, byte[] pixels) {
        return model.classifier().classify(Shapes.alone(pixels), 1).probabilities(0);
    }
}
