package io.freshet.trainer.round;

import io.freshet.engine.Classifier;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.Verdicts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Tries candidates on the images that choose, each once: what is on disk of an earlier try stands. Not thread safe.
 */
final class Trials {

    private final TrialLog log;
    private final ChoosingImages choosing;
    private final LabeledSet labeledSet;

    Trials(TrialLog log, ChoosingImages choosing, LabeledSet labeledSet) {
        this.log = log;
        this.choosing = choosing;
        this.labeledSet = labeledSet;
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

    /** What a model does on the images that choose. */
    Score score(Classifier classifier) throws InterruptedException {
        Verdicts traffic = Evaluator.judge(classifier, choosing.traffic());
        Verdicts labeled = Evaluator.judge(classifier, choosing.labeled(labeledSet));
        return new Score(traffic.errors(), traffic.images(), labeled.errors(), labeled.images());
    }

    /** All trials of the round, in the order in which they were made. */
    List<Trial> all() {
        return log.trials();
    }
}
