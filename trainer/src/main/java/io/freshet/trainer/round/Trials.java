package io.freshet.trainer.round;

import io.freshet.engine.Classifier;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tries candidates on the images that choose, each once: what is on disk of an earlier try stands. Not thread safe.
 */
final class Trials {

    private static final String IN_SERVICE = "in-service";

    private final TrialLog log;
    private final ChoosingImages choosing;
    private final Material material;

    Trials(TrialLog log, ChoosingImages choosing, Material material) {
        this.log = log;
        this.choosing = choosing;
        this.material = material;
    }

    Optional<Trial> find(Candidate candidate, int steps) {
        return log.find(candidate, steps);
    }

    /** Tries a candidate as it is after so many steps. */
    Trial run(Candidate candidate, int steps, Classifier classifier) throws IOException, InterruptedException {
        Trial trial = new Trial(candidate.label(), steps, score(classifier));
        log.add(trial);
        return trial;
    }

    /**
     * What the model in service does on the images that choose, by which the candidates are measured.
     *
     * @param steps that candidates have taken by then: people label more of the traffic meanwhile
     * @param champion asked only if it was not before
     */
    Score inService(int steps, Supplier<TrainableModel> champion) throws IOException, InterruptedException {
        Optional<Trial> before = log.trials().stream()
                .filter(trial -> trial.candidate().equals(IN_SERVICE) && trial.steps() == steps)
                .findFirst();
        if (before.isPresent()) {
            return before.get().score();
        }
        try (TrainableModel model = champion.get()) {
            Score score = score(model.classifier());
            log.add(new Trial(IN_SERVICE, steps, score));
            return score;
        }
    }

    private Score score(Classifier classifier) throws InterruptedException {
        Verdicts traffic = Evaluator.judge(classifier, material.apart(choosing.traffic()));
        Verdicts labeled = Evaluator.judge(classifier, choosing.labeled(material.labeledSet()));
        return new Score(traffic.errors(), traffic.images(), labeled.errors(), labeled.images());
    }

    /** All trials of the round's candidates, in the order in which they were made. */
    List<Trial> all() {
        return log.trials().stream()
                .filter(trial -> !trial.candidate().equals(IN_SERVICE))
                .toList();
    }
}
