package io.freshet.trainer.round;

import io.freshet.engine.Classifier;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.Score;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.McNemarTest;
import io.freshet.trainer.evaluation.SplitSample;
import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.gate.Evidence;
import io.freshet.trainer.gate.Evidence.Champion;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** The third step of a round: student, model in service and control answer for the same images. */
final class Judging {

    private static final int ADAPT_CONTROL = 5;

    private final AuditImages audit;
    private final int auditImages;
    private final SessionOptions sessions;

    /** The images that judge: of both samples the halves that chose nothing. */
    private record Samples(LabeledImages audit, LabeledImages anchor) {}

    /** What a model said of both samples. */
    private record Sheet(Verdicts audit, Verdicts anchor) {

        Score score() {
            return new Score(audit.errors(), audit.images(), anchor.errors(), anchor.images());
        }
    }

    /** What was measured, for the gate and for all who watch. */
    record Judgement(Evidence evidence, Evaluated event) {}

    /** @param sessions how models of this round run, and will serve */
    Judging(AuditImages audit, int auditImages, SessionOptions sessions) {
        this.audit = audit;
        this.auditImages = auditImages;
        this.sessions = sessions;
    }

    Judgement run(Round round, RoundFolder folder, Material material) throws IOException, InterruptedException {
        Samples sample = new Samples(
                SplitSample.of(material.apart(audit.recent(auditImages))).judging(),
                SplitSample.of(material.labeledSet().anchor()).judging());
        Sheet student = student(folder, sample);
        Optional<Champion> champion = Optional.empty();
        Optional<Score> championScore = Optional.empty();
        double p = 1;
        if (round.snapshot().champion().isPresent()) {
            ModelDescriptor descriptor = ModelBundle.readDescriptor(folder.champion());
            Sheet sheet = champion(folder, descriptor, sample);
            championScore = Optional.of(sheet.score());
            champion = Optional.of(new Champion(sheet.audit(), sheet.anchor(), descriptor.bestAnchorError()));
            p = McNemarTest.pValue(
                    student.audit().rightWhereWrong(sheet.audit()),
                    sheet.audit().rightWhereWrong(student.audit()));
        }
        ControlScores control = control(round, folder, sample, material);
        return new Judgement(
                new Evidence(student.audit(), student.anchor(), champion),
                new Evaluated(student.score(), championScore, control.plain(), control.adapted(), p));
    }

    private Sheet student(RoundFolder folder, Samples sample) throws IOException {
        try (TrainableModel model = folder.load(folder.student(), sessions)) {
            return sheet(model.classifier(), sample);
        }
    }

    /** As it serves. */
    private Sheet champion(RoundFolder folder, ModelDescriptor descriptor, Samples sample) {
        SessionOptions asServed = sessions.withMixedPrecision(descriptor.mixedPrecision());
        try (TrainableModel model = TrainableModel.load(folder.champion(), asServed)) {
            return sheet(model.classifier(), sample);
        }
    }

    private record ControlScores(Optional<Score> plain, Optional<Score> adapted) {}

    private ControlScores control(Round round, RoundFolder folder, Samples sample, Material material) {
        if (!Files.exists(folder.model(Candidate.LABELS))) {
            return new ControlScores(Optional.empty(), Optional.empty());
        }
        try (TrainableModel model = folder.load(Candidate.LABELS, sessions)) {
            Score plain = sheet(model.classifier(), sample).score();
            boolean adapted = new Teacher(model).adapt(material.unlabeled(), round.seed(ADAPT_CONTROL));
            return new ControlScores(
                    Optional.of(plain),
                    adapted ? Optional.of(sheet(model.classifier(), sample).score()) : Optional.empty());
        }
    }

    private Sheet sheet(Classifier classifier, Samples sample) {
        return new Sheet(Evaluator.judge(classifier, sample.audit()), Evaluator.judge(classifier, sample.anchor()));
    }
}
