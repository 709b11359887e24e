package io.freshet.trainer.round;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.round.RoundStep.Trained;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.MixedBatches;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The second step of a round: the student learns, and beside it the control. */
final class StudentTraining {

    private static final int STUDENT = 3;
    private static final int CONTROL = 4;

    private final RoundConfig config;
    private final Controls controls;
    private final RoundProgress progress;

    StudentTraining(RoundConfig config, Controls controls, RoundProgress progress) {
        this.config = config;
        this.controls = controls;
        this.progress = progress;
    }

    Trained run(Round round, RoundFolder folder, Material material) throws IOException, InterruptedException {
        boolean first = round.snapshot().champion().isEmpty();
        LabeledBatches labeled = new LabeledBatches(material.labeled(), config.smoothing());
        TrainingConfig how = first ? config.initial() : config.student();
        BatchSource source = first
                ? labeled
                : new MixedBatches(
                        labeled,
                        material.unlabeled(),
                        folder.readPseudoLabels(),
                        config.labeledShare(),
                        config.labels().balance());
        Training.Result student = train(
                new Training(how, round.seed(STUDENT), progress.of(RoundProgress.Role.STUDENT)),
                folder.student(),
                source,
                folder.studentCheckpoints());
        Optional<Integer> steps = controls.layOut(round, folder);
        Optional<Training.Result> control = Optional.empty();
        if (steps.isPresent()) {
            TrainingConfig asLong = config.student().withSteps(steps.get());
            control = Optional.of(train(
                    new Training(asLong, round.seed(CONTROL), progress.of(RoundProgress.Role.CONTROL)),
                    folder.control(),
                    labeled,
                    folder.controlCheckpoints()));
        }
        return new Trained(
                student.steps(),
                student.loss(),
                control.map(Training.Result::loss).orElse(0.0),
                seconds(student),
                control.map(StudentTraining::seconds).orElse(0.0));
    }

    private static Training.Result train(Training training, Path folder, BatchSource source, Checkpoints checkpoints)
            throws InterruptedException {
        try (TrainableModel model = TrainableModel.load(folder, SessionOptions.forTraining())) {
            return training.run(model, source, checkpoints);
        }
    }

    private static double seconds(Training.Result result) {
        return result.time().toMillis() / 1e3;
    }
}
