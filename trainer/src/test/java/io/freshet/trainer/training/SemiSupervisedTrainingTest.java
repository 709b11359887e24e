package io.freshet.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.data.UnlabeledFolder;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.training.Waterfall.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls read before each test
class SemiSupervisedTrainingTest {

    @TempDir
    Path folder;

    private Material material;
    private LabeledImages test;

    @BeforeEach
    void read() throws Exception {
        Shapes.write(folder.resolve("labeled"), 70, 1);
        Shapes.write(folder.resolve("unlabeled"), 100, 2);
        LabeledSet set = new LabeledFolder(folder.resolve("labeled")).read(Optional.empty(), .3);
        material = new UnlabeledFolder(folder.resolve("unlabeled")).read(set, Set.of(), 1_000);
        test = Shapes.labeled(200, 3);
    }

    @Test
    void oneCallGivesTheModelItsHistoryAndWhatEachPartTookOff() throws Exception {
        Listener listener = new Listener(Integer.MAX_VALUE);
        TrainResult result = train(request("run", 6, true, 80), listener);

        assertThat(ModelBundle.open(result.model().folder())).isInstanceOf(BundleResult.Verified.class);
        assertThat(result.model().descriptor().classes()).isEqualTo(Shapes.CLASSES);
        assertThat(result.tuning()).isPresent();
        assertThat(listener.said).anyMatch(line -> line.contains("batch size"));
        assertThat(result.waterfall().parts())
                .extracting(Part::name)
                .startsWith("small network", "+ architecture", "+ tuning");
        assertThat(result.waterfall().parts()).allSatisfy(part -> {
            assertThat(part.errors().of()).isEqualTo(200);
            assertThat(part.heldOut().of())
                    .isEqualTo(material.labeledSet().anchor().size());
        });
        assertThat(result.waterfall().parts().subList(0, 3))
                .extracting(Part::steps)
                .containsOnly((long) result.tuning().get().units());
        assertThat(result.history().curves())
                .extracting(History.Curve::part)
                .contains("small network", "architecture", "supervised", "round 1, student", "round 1, control");
        assertThat(result.history().rounds()).isNotEmpty();
        assertThat(result.history().rounds().getFirst().unlabeled()).isEqualTo(300);
        assertThat(folder.resolve("run"))
                .isDirectoryContaining("glob:**.json")
                .isDirectoryNotContaining("glob:**/work");

        assertThatThrownBy(() -> train(request("run", 6, true, 80), listener))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is done");
    }

    @Test
    void whereNothingIsLeftToGainTheSupervisedModelIsKeptAndItSaysSo() throws Exception {
        TrainResult result = train(request("easy", 1, false, 60), new Listener(Integer.MAX_VALUE));
        Part supervised = result.waterfall().parts().get(2);
        assertThat(supervised.heldOut().wrong())
                .as("held-out images that are wrong")
                .isZero();
        assertThat(result.unlabeledHelped()).isFalse();
        assertThat(result.verdict()).contains("did not help", "supervised model is kept");
        assertThat(result.model().descriptor().version()).isEqualTo(1);
        assertThat(result.history().rounds()).hasSize(1);
        assertThat(result.waterfall().parts()).hasSize(3);
    }

    @Test
    void aRunThatIsStoppedGoesOnToTheSameModel() throws Exception {
        TrainResult whole = train(request("whole", 1, false, 24), new Listener(Integer.MAX_VALUE));
        for (int stopAfter : new int[] {30, 40}) {
            assertThatThrownBy(() -> train(request("stopped", 1, false, 24), new Listener(stopAfter)))
                    .isInstanceOf(InterruptedException.class);
        }
        Listener listener = new Listener(Integer.MAX_VALUE);
        TrainResult again = train(request("stopped", 1, false, 24), listener);
        assertThat(listener.said.getFirst()).contains("Going on");
        assertThat(weights(again)).isEqualTo(weights(whole));
        assertThat(again.waterfall()).isEqualTo(whole.waterfall());
    }

    @Test
    void whatWasBegunWithOtherOptionsIsNotGoneOnWith() {
        assertThatThrownBy(() -> train(request("other", 1, false, 24), new Listener(10)))
                .isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> train(request("other", 2, false, 24), new Listener(10)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other options");
    }

    @Test
    void withoutUnlabeledImagesTheModelIsSupervised() throws Exception {
        material = new io.freshet.trainer.data.MaterialCollector(material.labeledSet()).material(0);
        TrainResult result = train(request("supervised", 2, false, 10), new Listener(Integer.MAX_VALUE));
        assertThat(result.verdict()).contains("no unlabeled images");
        assertThat(result.history().rounds()).isEmpty();
    }

    private static byte[] weights(TrainResult result) throws IOException {
        return Files.readAllBytes(result.model().folder().resolve("variables/variables.data-00000-of-00001"));
    }

    private TrainResult train(TrainRequest request, TrainListener listener) throws Exception {
        return new SemiSupervisedTraining(listener, Clock.systemUTC()).run(request);
    }

    private TrainRequest request(String name, int seed, boolean search, int steps) {
        TrainingConfig initial = new TrainingConfig(steps, 32, .2, .1, 5e-4, .9, new Noise(.1, .1, .1), 8);
        RoundConfig config = RoundConfig.defaults()
                .with(initial, initial)
                .withArchitecture("residual-8")
                .withSeed(seed);
        return new TrainRequest(
                "shapes",
                material,
                List.of(),
                List.of(),
                new LabeledImages(material.labeledSet().shape().size()),
                Optional.of(test),
                config,
                search,
                steps,
                1,
                "residual-4",
                Map.of("seed", seed),
                folder.resolve(name));
    }

    /** Remembers what is said, and stops the run after so many steps. */
    private static final class Listener implements TrainListener {

        private final List<String> said = new ArrayList<>();
        private final int stopAfter;
        private int steps;

        Listener(int stopAfter) {
            this.stopAfter = stopAfter;
        }

        @Override
        public void say(String line) {
            said.add(line);
        }

        @Override
        public TrainingProgress progress(String part) {
            return (taken, all, loss, images) -> {
                if (++steps == stopAfter) {
                    Thread.currentThread().interrupt();
                }
            };
        }
    }
}
