package io.freshet.trainer.round;

import io.freshet.engine.Classifier;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.SplitSample;
import io.freshet.trainer.evaluation.Verdicts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Tries candidates on the halves of audit sample and anchor that choose, each once: what is on disk of an earlier try
 * stands. Not thread safe.
 */
final class Trials {

    private final TrialLog log;
    private final AuditImages audit;
    private final int auditImages;
    private final LabeledImages anchor;

    /** @param anchor the half that chooses */
    Trials(TrialLog log, AuditImages audit, int auditImages, LabeledImages anchor) {
        this.log = log;
        this.audit = audit;
        this.auditImages = auditImages;
        this.anchor = anchor;
    }

    Optional<Trial> find(Candidate candidate, int steps) {
        return log.find(candidate, steps);
    }

    /** Tries a candidate as it is after so many steps. */
    Trial run(Candidate candidate, int steps, Classifier classifier) throws IOException, InterruptedException {
        Verdicts traffic = Evaluator.judge(
                classifier, SplitSample.of(audit.recent(auditImages)).choosing());
        Verdicts labeled = Evaluator.judge(classifier, anchor);
        Trial trial = new Trial(
                candidate.label(),
                steps,
                new Score(traffic.errors(), traffic.images(), labeled.errors(), labeled.images()));
        log.add(trial);
        return trial;
    }

    /** All trials of the round, in the order in which they were made. */
    List<Trial> all() {
        return log.trials();
    }
}
