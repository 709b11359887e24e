package io.freshet.trainer.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.engine.SessionOptions;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.model.HyperParameters;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {

    private static final int BATCH = 12;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"residual-8", "wide-residual-10-1", "efficient-b0"})
    void learnsAndIsSavedAndRestored(String name) throws Exception {
        try (TrainableModel model = load(Architecture.named(name), "model")) {
            TrainingBatch batch = Shapes.batch(BATCH, 1);
            double first = 0;
            double last = 0;
            for (int step = 0; step < 20; step++) {
                last = model.step(batch, new HyperParameters(.03, 0, .5, new Noise(0, 0, .1)), 1, step);
                first = step == 0 ? last : first;
            }
            assertThat(last).isLessThan(.6 * first);

            float[] before = answer(model);
            model.save(folder.resolve("saved"));
            model.initialize(99);
            assertThat(answer(model)).isNotEqualTo(before);
            model.restore(folder.resolve("saved"));
            assertThat(answer(model)).isEqualTo(before);
            assertThat(model.classifier().embeddingSize())
                    .isEqualTo(Architecture.named(name).embeddingSize());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"residual-8", "residual-8x2", "wide-residual-10-1", "wide-residual-28-2", "efficient-b0"})
    void theNextOfTheFamilyHasMoreWeights(String name) throws Exception {
        Architecture one = Architecture.named(name);
        assertThat(bytes(one.larger(), "larger")).isGreaterThan(bytes(one, "one") * 9 / 8);
        assertThat(Architecture.named(one.larger().name())).isEqualTo(one.larger());
    }

    @Test
    void namesSayWhatTheyAreCalledBy() {
        for (String name : new String[] {
            "residual-16", "residual-64x2", "wide-residual-28-2", "wide-residual-40-10", "efficient-b0", "efficient-b7"
        }) {
            assertThat(Architecture.named(name).name()).isEqualTo(name);
        }
        assertThat(Architecture.named("residual-16").larger().name()).isEqualTo("residual-32");
        assertThat(Architecture.named("wide-residual-28-2").larger().name()).isEqualTo("wide-residual-28-4");
        assertThat(Architecture.named("efficient-b0").larger().name()).isEqualTo("efficient-b1");
    }

    @Test
    void aWideResidualNetworkHasTheDepthAndTheWeightsOfThePaper() throws Exception {
        // Of each weight its average and its momentum are saved too. Table 4 of 1605.07146: WRN-16-8 has 11.0M weights,
        // by the same count as WRN-16-1 with .18M.
        long weights = bytes(Architecture.named("wide-residual-16-1"), "wide") / 3 / Float.BYTES;
        assertThat(weights).isBetween(165_000L, 185_000L);
    }

    @Test
    void whatIsNoArchitectureIsRefusedWithTheNamesThatThereAre() {
        for (String wrong : new String[] {"resnet-50", "residual-0", "efficient-b", "efficient-b00", ""}) {
            assertThatThrownBy(() -> Architecture.named(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("efficient-b0");
        }
        assertThatThrownBy(() -> Architecture.named("wide-residual-27-2")).hasMessageContaining("6n + 4 layers");
    }

    private long bytes(Architecture architecture, String name) throws Exception {
        Path model = folder.resolve(name);
        write(architecture, model);
        return Files.size(model.resolve("variables").resolve("variables.data-00000-of-00001"));
    }

    private TrainableModel load(Architecture architecture, String name) throws Exception {
        write(architecture, folder.resolve(name));
        return TrainableModel.load(folder.resolve(name), SessionOptions.forTraining());
    }

    private static void write(Architecture architecture, Path model) throws Exception {
        TrainableModelWriter.write(
                new TrainableModelSpec(architecture, Shapes.SIDE, Shapes.SIDE, 1, 3, false), 7, model);
    }

    private static float[] answer(TrainableModel model) {
        ByteBuffer image = Shapes.alone(Shapes.draw(1, new SplittableRandom(1)));
        return model.classifier().classify(image, 1).probabilities(0);
    }
}
