package io.freshet.trainer.round;

import io.freshet.protocol.round.Trial;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.learning.SuccessiveHalving;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains the candidates that learn from the traffic, and drops the losers early: after each rung of
 * {@link SuccessiveHalving} the better half goes on. A race that is stopped goes on from its checkpoints and trials.
 */
final class Race {

    private static final int STUDENT = 3;
    private static final int CONSISTENCY = 6;
    private static final int SCRATCH = 7;

    private final RoundConfig config;
    private final Round round;
    private final RoundFolder folder;
    private final Material material;
    private final Trials trials;
    private final Selection selection;
    private final RoundProgress progress;
    private double seconds;
    private double loss;

    /**
     * How it ended.
     *
     * @param winner its last trial, after all steps
     * @param loss of the winner
     * @param seconds that this process took for the steps of all
     */
    record Result(Trial winner, double loss, double seconds) {}

    Race(
            RoundConfig config,
            Round round,
            RoundFolder folder,
            Material material,
            Trials trials,
            Selection selection,
            RoundProgress progress) {
        this.config = config;
        this.round = round;
        this.folder = folder;
        this.material = material;
        this.trials = trials;
        this.selection = selection;
        this.progress = progress;
    }

    /** @return how it ended; empty if nobody took part */
    Optional<Result> run(List<Candidate> entrants) throws IOException, InterruptedException {
        if (entrants.isEmpty()) {
            return Optional.empty();
        }
        PseudoLabels labels = folder.readPseudoLabels();
        List<Candidate> left = entrants;
        List<Trial> best = List.of();
        for (int rung : new SuccessiveHalving(config.student().steps(), entrants.size()).rungs()) {
            List<Trial> tried = new ArrayList<>();
            for (Candidate candidate : left) {
                tried.add(tryUntil(candidate, rung, labels));
            }
            best = selection.best(tried, SuccessiveHalving.survivors(tried.size()));
            List<String> names = best.stream().map(Trial::candidate).toList();
            left = left.stream().filter(c -> names.contains(c.label())).toList();
        }
        return Optional.of(new Result(best.getFirst(), loss, seconds));
    }

    private Trial tryUntil(Candidate candidate, int steps, PseudoLabels labels)
            throws IOException, InterruptedException {
        Optional<Trial> before = trials.find(candidate, steps);
        if (before.isPresent()) {
            return before.get();
        }
        Training training = new Training(config.student(), round.seed(seedOf(candidate)), progress.of(candidate));
        try (TrainableModel model = TrainableModel.load(folder.model(candidate), config.sessions())) {
            BatchSource source = CandidateBatches.of(candidate, config, material, labels, model);
            Training.Result result = training.run(model, source, folder.checkpoints(candidate), steps);
            loss = result.loss();
            seconds += result.time().toMillis() / 1e3;
            return trials.run(candidate, steps, model.classifier());
        }
    }

    /** Which of a round's seeds a candidate is trained with. */
    static int seedOf(Candidate candidate) {
        return switch (candidate) {
            case STUDENT -> STUDENT;
            case CONSISTENCY -> CONSISTENCY;
            case SCRATCH -> SCRATCH;
            case LABELS, BATCH_NORM ->
                throw new IllegalArgumentException(candidate.label() + " takes no steps on the traffic");
        };
    }
}
