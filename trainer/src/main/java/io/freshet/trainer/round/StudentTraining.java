package io.freshet.trainer.round;

import io.freshet.protocol.round.RoundStep.Choice;
import io.freshet.protocol.round.RoundStep.Trained;
import io.freshet.protocol.round.Trial;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The second step of a round: candidates learn from the traffic, the control from labels alone, and what does best on the
 * images that choose becomes the student.
 */
final class StudentTraining {

    /** Of the seeds of a round. */
    static final int FIRST = 3;

    static final int CONTROL = 4;

    private final RoundConfig config;
    private final Controls controls;
    private final ChoosingImages choosing;
    private final RoundProgress progress;

    StudentTraining(RoundConfig config, Controls controls, ChoosingImages choosing, RoundProgress progress) {
        this.config = config;
        this.controls = controls;
        this.choosing = choosing;
        this.progress = progress;
    }

    Trained run(Round round, RoundFolder folder, Material material) throws IOException, InterruptedException {
        return round.snapshot().champion().isEmpty()
                ? trainFirst(round, folder, material)
                : choose(round, folder, material);
    }

    private Trained trainFirst(Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        Training.Result first = train(
                new Training(config.initial(), round.seed(FIRST), progress.of(RoundProgress.Role.STUDENT)),
                folder.model(Candidate.SCRATCH),
                new LabeledBatches(material.labeled(), config.smoothing()),
                folder.checkpoints(Candidate.SCRATCH));
        folder.choose(Candidate.SCRATCH);
        return new Trained(first.steps(), first.loss(), 0, seconds(first), 0, List.of(), Optional.empty());
    }

    private Trained choose(Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        Trials trials = new Trials(folder.openTrials(), choosing, material);
        List<Candidate> candidates = folder.readCandidates();
        Optional<Race.Result> race = new Race(
                        config, round, folder, material, trials, selection(0, trials, folder), progress)
                .run(candidates.stream().filter(Candidate::learnsFromTraffic).toList());
        Optional<Training.Result> control = trainControl(round, folder, material);

        List<Trial> finalists = new ArrayList<>();
        if (candidates.contains(Candidate.LABELS) && control.isPresent()) {
            finalists.add(tryOnce(Candidate.LABELS, folder, trials));
        }
        if (candidates.contains(Candidate.BATCH_NORM)) {
            finalists.add(tryOnce(Candidate.BATCH_NORM, folder, trials));
        }
        race.map(Race.Result::winner).ifPresent(finalists::add);
        if (finalists.isEmpty()) {
            throw new IOException("There is no candidate for the student: of " + config.candidates()
                    + " the model in service allows none, and there is no control");
        }
        Choice choice = lastSelection(trials, folder).choose(finalists);
        Candidate chosen = Candidate.labelled(choice.candidate());
        folder.choose(chosen);
        return new Trained(
                config.stepsOf(chosen),
                race.map(Race.Result::loss).orElse(0.0),
                control.map(Training.Result::loss).orElse(0.0),
                race.map(Race.Result::seconds).orElse(0.0),
                control.map(StudentTraining::seconds).orElse(0.0),
                trials.all(),
                Optional.of(choice));
    }

    /** As it is when all candidates have taken their steps. */
    Selection lastSelection(Trials trials, RoundFolder folder) throws IOException, InterruptedException {
        return selection(config.student().steps(), trials, folder);
    }

    /** By what the model in service does, and what the gate will ask. */
    private Selection selection(int steps, Trials trials, RoundFolder folder) throws IOException, InterruptedException {
        return new Selection(
                trials.inService(steps, () -> TrainableModel.load(folder.champion(), config.sessions())),
                config.gate().anchorBound());
    }

    private Optional<Training.Result> trainControl(Round round, RoundFolder folder, Material material)
            throws IOException, InterruptedException {
        Optional<Integer> steps = controls.layOut(round, folder);
        if (steps.isEmpty()) {
            return Optional.empty();
        }
        TrainingConfig asLong = config.student().withSteps(steps.get());
        return Optional.of(train(
                new Training(asLong, round.seed(CONTROL), progress.of(RoundProgress.Role.CONTROL)),
                folder.model(Candidate.LABELS),
                new LabeledBatches(material.labeled(), config.smoothing()),
                folder.checkpoints(Candidate.LABELS)));
    }

    private Trial tryOnce(Candidate candidate, RoundFolder folder, Trials trials)
            throws IOException, InterruptedException {
        int steps = config.stepsOf(candidate);
        Optional<Trial> before = trials.find(candidate, steps);
        if (before.isPresent()) {
            return before.get();
        }
        try (TrainableModel model = folder.load(candidate, config.sessions())) {
            return trials.run(candidate, steps, model.classifier());
        }
    }

    private Training.Result train(Training training, Path folder, BatchSource source, Checkpoints checkpoints)
            throws InterruptedException {
        try (TrainableModel model = TrainableModel.load(folder, config.sessions())) {
            return training.run(model, source, checkpoints);
        }
    }

    private static double seconds(Training.Result result) {
        return result.time().toMillis() / 1e3;
    }
}
