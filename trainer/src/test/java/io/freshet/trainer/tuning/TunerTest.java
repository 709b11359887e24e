package io.freshet.trainer.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.freshet.engine.SessionOptions;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunerTest {

    private static final TrainingConfig BEGIN = new TrainingConfig(40, 32, .1, .1, 5e-4, .9, Noise.NONE, 15);

    @TempDir
    Path folder;

    @Test
    void theSameSeedChoosesTheSameAndSaysWhy() throws Exception {
        writeModel();
        LabeledImages labeled = Shapes.labeled(150, 1);
        Tuning once = search(labeled, "once").orElseThrow();
        Tuning again = search(labeled, "again").orElseThrow();
        assertThat(again.setting()).isEqualTo(once.setting());
        assertThat(again.units()).isEqualTo(once.units());
        assertThat(again.choices()).isEqualTo(once.choices());
        assertThat(once.choices())
                .extracting(Tuning.Choice::of)
                .containsExactly("learning rate", "batch size", "augmentation", "weight decay", "steps");
        assertThat(once.choices()).allSatisfy(choice -> assertThat(choice.why()).isNotBlank());
        assertThat(once.setting().learningRate()).isBetween(1e-3, 10.0);
        assertThat(once.units()).isBetween(1, 80);
        assertThat(once.unitsSpent()).isLessThanOrEqualTo(48 + 80 + 80);
    }

    @Test
    void ofTooFewImagesNothingIsChosen() throws Exception {
        writeModel();
        assertThat(search(Shapes.labeled(12, 1), "few")).isEmpty();
    }

    @Test
    void whatIsComparedHasSeenEquallyManyImages() {
        assertThat(new Setting(32, .1, 0, 0).steps(50)).isEqualTo(100);
        assertThat(new Setting(64, .1, 0, 0).steps(50)).isEqualTo(50);
        assertThat(new Setting(128, .1, 0, 0).steps(50)).isEqualTo(25);
    }

    @Test
    void aSmallBudgetComparesOnlyWhatMattersMost() {
        List<Setting> all = List.of(setting(64), setting(32), setting(128));
        assertThat(Tuner.affordable(all, 80)).isEqualTo(all);
        assertThat(Tuner.affordable(all, 79)).containsExactly(setting(64), setting(32));
        assertThat(Tuner.affordable(all, 10)).containsExactly(setting(64));
    }

    @Test
    void theLargestBatchIsTakenOnlyWithinTheNoise() {
        Attempt best = attempt(32, 100, .500);
        Attempt near = attempt(64, 50, .504);
        Attempt far = attempt(128, 25, .520);
        assertThat(Tuner.quickestWithinNoise(List.of(best, near, far))).isEqualTo(near);
        assertThat(Tuner.quickestWithinNoise(List.of(best, far))).isEqualTo(best);
    }

    @Test
    void oneThatWasDroppedEarlierIsNotTaken() {
        Attempt best = attempt(32, 100, .500);
        Attempt dropped = attempt(128, 12, .500);
        assertThat(Tuner.quickestWithinNoise(List.of(best, dropped))).isEqualTo(best);
    }

    @Test
    void brierIsTheSquaredDistanceFromTheTruth() {
        assertThat(BrierScore.distance(new float[] {.7f, .2f, .1f}, 0)).isCloseTo(.09 + .04 + .01, within(1e-6));
        assertThat(BrierScore.distance(new float[] {0, 1}, 0)).isCloseTo(2, within(1e-9));
        assertThat(BrierScore.distance(new float[] {1, 0}, 0)).isZero();
    }

    private static Setting setting(int batchSize) {
        return new Setting(batchSize, .1, 5e-4, .2);
    }

    private static Attempt attempt(int batchSize, int steps, double score) {
        return new Attempt("batch size", setting(batchSize), steps, new BrierScore(score, .02, 10, 100), 1_000);
    }

    private void writeModel() throws Exception {
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, 3, true),
                7,
                folder.resolve("model"));
    }

    private Optional<Tuning> search(LabeledImages labeled, String scratch) throws InterruptedException {
        SearchBudget budget = new SearchBudget(80, 80, .3, List.of(32, 16), List.of(1e-3), List.of(.1, 0.0));
        return new Tuner(budget, BEGIN, 0, SessionOptions.forTraining(), 5, (taken, steps, loss, images) -> {})
                .run(folder.resolve("model"), labeled, folder.resolve(scratch));
    }
}
