package io.freshet.benchmarks.learning;

import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.Calibration;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.SplitSample;
import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.evaluation.corruption.Corruption;
import io.freshet.trainer.gate.Evidence;
import io.freshet.trainer.gate.Evidence.Champion;
import io.freshet.trainer.gate.GateDecision;
import io.freshet.trainer.gate.PromotionGate;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import java.util.List;
import java.util.Optional;

/**
 * What chooses and judges as a round does: images of the traffic that people have labeled, and the anchor. Nothing has
 * learned from either, and neither is of the test.
 */
final class Tribunal {

    private final SplitSample audit;
    private final SplitSample anchor;
    private final PromotionGate gate;

    private Tribunal(SplitSample audit, SplitSample anchor, PromotionGate gate) {
        this.audit = audit;
        this.anchor = anchor;
        this.gate = gate;
    }

    /**
     * Of validation images, so many seen through the corruption and as many as they are.
     *
     * @param seed decides which, and what the camera does to them
     */
    static Tribunal of(RoundConfig config, Parts parts, Corruption corruption, double severity, int images, long seed) {
        List<Integer> order = LearningSet.order(parts.validation(), seed);
        LabeledImages audit = LearningSet.pick(parts.validation(), order, 0, images);
        LabeledImages anchor = LearningSet.pick(parts.validation(), order, images, images);
        return new Tribunal(
                SplitSample.of(parts.corrupted(audit, corruption, severity, seed)),
                SplitSample.of(anchor),
                new PromotionGate(config.gate(), parts.classes()));
    }

    /** The model by which others are measured. */
    Champion champion(TrainableModel model) {
        Answers traffic = Evaluator.ask(model.classifier(), audit.judging());
        Verdicts labeled = Evaluator.judge(model.classifier(), anchor.judging());
        return new Champion(
                traffic.verdicts(),
                labeled,
                (double) labeled.errors() / labeled.images(),
                Calibration.of(traffic).expectedCalibrationError(),
                Optional.empty());
    }

    /** How a candidate does on the halves that choose. */
    Trial tryOut(Candidate candidate, int steps, TrainableModel model) {
        return new Trial(candidate.label(), steps, score(model));
    }

    /** How a model does on the halves that choose. */
    Score score(TrainableModel model) {
        Verdicts traffic = Evaluator.judge(model.classifier(), audit.choosing());
        Verdicts labeled = Evaluator.judge(model.classifier(), anchor.choosing());
        return new Score(traffic.errors(), traffic.images(), labeled.errors(), labeled.images());
    }

    /** Whether a student would go into service. */
    boolean promotes(TrainableModel student, Champion champion) {
        Answers traffic = Evaluator.ask(student.classifier(), audit.judging());
        GateDecision decision = gate.decide(new Evidence(
                traffic.verdicts(),
                Evaluator.judge(student.classifier(), anchor.judging()),
                Calibration.of(traffic).expectedCalibrationError(),
                Optional.of(champion)));
        return switch (decision) {
            case GateDecision.Promote promote -> true;
            case GateDecision.Hold hold -> false;
        };
    }
}
