package io.freshet.trainer.round;

import io.freshet.engine.Classifier;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.round.RoundStep.Evaluated;
import io.freshet.protocol.round.Score;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.Calibration;
import io.freshet.trainer.evaluation.Evaluation;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.Latency;
import io.freshet.trainer.evaluation.LatencyProbe;
import io.freshet.trainer.evaluation.McNemarTest;
import io.freshet.trainer.evaluation.RoundEvaluation;
import io.freshet.trainer.evaluation.RoundEvaluation.OfModel;
import io.freshet.trainer.evaluation.SplitSample;
import io.freshet.trainer.evaluation.Temperature;
import io.freshet.trainer.evaluation.Verdicts;
import io.freshet.trainer.gate.Evidence;
import io.freshet.trainer.gate.Evidence.Champion;
import io.freshet.trainer.gate.Evidence.Latencies;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** The third step of a round: student, model in service and control answer for the same images. */
final class Judging {

    private static final int ADAPT_CONTROL = 5;

    private static final int LATENCY_SINGLES = 100;
    private static final int LATENCY_BATCHES = 10;

    private final AuditImages audit;
    private final RoundConfig config;
    private final SessionOptions sessions;

    /** Audit sample and anchor: the halves that judge, or those that choose. */
    private record Samples(LabeledImages audit, LabeledImages anchor) {}

    /** What a model said of the samples that judge, and the temperature that those which choose give it. */
    private record Sheet(List<String> classes, Answers audit, Answers anchor, Optional<Double> temperature) {

        Score score() {
            Verdicts ofAudit = audit.verdicts();
            Verdicts ofAnchor = anchor.verdicts();
            return new Score(ofAudit.errors(), ofAudit.images(), ofAnchor.errors(), ofAnchor.images());
        }

        double calibrationError() {
            return Calibration.of(audit).expectedCalibrationError();
        }

        OfModel evaluation(Optional<Latency> latency) {
            return new OfModel(evaluation(audit), evaluation(anchor), temperature, latency);
        }

        private Optional<Evaluation> evaluation(Answers answers) {
            return answers.images() == 0 ? Optional.empty() : Optional.of(Evaluation.of(classes, answers, temperature));
        }
    }

    /** How fast student and model in service are. */
    private record Speeds(Latency student, Latency champion) {}

    /** What was measured: for the gate, for all who watch, and for the bundle. */
    record Judgement(Evidence evidence, Evaluated event, RoundEvaluation evaluation) {}

    Judging(AuditImages audit, RoundConfig config) {
        this.audit = audit;
        this.config = config;
        this.sessions = config.sessions(); // as models of this round run, and will serve
    }

    Judgement run(Round round, RoundFolder folder, Material material) throws IOException, InterruptedException {
        SplitSample traffic = SplitSample.of(material.apart(audit.recent(config.auditImages())));
        SplitSample labeled = SplitSample.of(material.labeledSet().anchor());
        Samples judging = new Samples(traffic.judging(), labeled.judging());
        Samples choosing = new Samples(traffic.choosing(), labeled.choosing());
        List<String> classes = material.labeledSet().classes();
        Sheet student = student(folder, judging, choosing, classes);
        ControlScores control = control(round, folder, judging, material);
        return round.snapshot().champion().isPresent()
                ? compare(folder, student, judging, choosing, control)
                : new Judgement(
                        evidence(student, Optional.empty()),
                        new Evaluated(student.score(), Optional.empty(), control.plain(), control.adapted(), 1),
                        new RoundEvaluation(student.evaluation(Optional.empty()), Optional.empty(), Optional.empty()));
    }

    private Judgement compare(
            RoundFolder folder, Sheet student, Samples judging, Samples choosing, ControlScores control)
            throws IOException {
        ModelDescriptor descriptor = ModelBundle.readDescriptor(folder.champion());
        Sheet sheet = champion(folder, descriptor, judging, choosing);
        Optional<Speeds> speeds = speeds(folder, descriptor, judging.anchor());
        Champion champion = new Champion(
                sheet.audit().verdicts(),
                sheet.anchor().verdicts(),
                descriptor.bestAnchorError(),
                sheet.calibrationError(),
                speeds.map(both -> new Latencies(
                        both.student().medianMillis(), both.champion().medianMillis())));
        Verdicts audit = student.audit().verdicts();
        double p = McNemarTest.pValue(
                audit.rightWhereWrong(champion.audit()), champion.audit().rightWhereWrong(audit));
        return new Judgement(
                evidence(student, Optional.of(champion)),
                new Evaluated(student.score(), Optional.of(sheet.score()), control.plain(), control.adapted(), p),
                new RoundEvaluation(
                        student.evaluation(speeds.map(Speeds::student)),
                        Optional.of(sheet.evaluation(speeds.map(Speeds::champion))),
                        Optional.of(p)));
    }

    private static Evidence evidence(Sheet student, Optional<Champion> champion) {
        return new Evidence(
                student.audit().verdicts(), student.anchor().verdicts(), student.calibrationError(), champion);
    }

    private Sheet student(RoundFolder folder, Samples judging, Samples choosing, List<String> classes)
            throws IOException {
        try (TrainableModel model = folder.load(folder.student(), sessions)) {
            return sheet(model.classifier(), judging, choosing, classes);
        }
    }

    private Sheet champion(RoundFolder folder, ModelDescriptor descriptor, Samples judging, Samples choosing) {
        try (TrainableModel model = TrainableModel.load(folder.champion(), asServed(descriptor))) {
            return sheet(model.classifier(), judging, choosing, descriptor.classes());
        }
    }

    private SessionOptions asServed(ModelDescriptor champion) {
        return sessions.withMixedPrecision(champion.mixedPrecision());
    }

    /** Of two models with one graph the same is known without measuring. */
    private Optional<Speeds> speeds(RoundFolder folder, ModelDescriptor champion, LabeledImages images)
            throws IOException {
        boolean sameNetwork =
                folder.student() == Candidate.BATCH_NORM || config.keepsArchitecture(champion.architecture());
        if (sameNetwork && config.mixedPrecision() == champion.mixedPrecision()) {
            return Optional.empty();
        }
        try (TrainableModel ours = folder.load(folder.student(), sessions);
                TrainableModel theirs = TrainableModel.load(folder.champion(), asServed(champion))) {
            List<Latency> both = new LatencyProbe(LATENCY_SINGLES, LATENCY_BATCHES, System::nanoTime)
                    .measure(List.of(ours.classifier(), theirs.classifier()), images.images());
            return Optional.of(new Speeds(both.getFirst(), both.getLast()));
        }
    }

    private record ControlScores(Optional<Score> plain, Optional<Score> adapted) {}

    private ControlScores control(Round round, RoundFolder folder, Samples sample, Material material) {
        if (!Files.exists(folder.model(Candidate.LABELS))) {
            return new ControlScores(Optional.empty(), Optional.empty());
        }
        try (TrainableModel model = folder.load(Candidate.LABELS, sessions)) {
            Score plain = score(model.classifier(), sample);
            boolean adapted = new Teacher(model).adapt(material.unlabeled(), round.seed(ADAPT_CONTROL));
            return new ControlScores(
                    Optional.of(plain), adapted ? Optional.of(score(model.classifier(), sample)) : Optional.empty());
        }
    }

    private static Score score(Classifier classifier, Samples sample) {
        Verdicts ofAudit = Evaluator.judge(classifier, sample.audit());
        Verdicts ofAnchor = Evaluator.judge(classifier, sample.anchor());
        return new Score(ofAudit.errors(), ofAudit.images(), ofAnchor.errors(), ofAnchor.images());
    }

    private static Sheet sheet(Classifier classifier, Samples judging, Samples choosing, List<String> classes) {
        Answers chosenBy =
                Evaluator.ask(classifier, choosing.audit()).and(Evaluator.ask(classifier, choosing.anchor()));
        return new Sheet(
                classes,
                Evaluator.ask(classifier, judging.audit()),
                Evaluator.ask(classifier, judging.anchor()),
                chosenBy.images() == 0 ? Optional.empty() : Optional.of(Temperature.fit(chosenBy)));
    }
}
