package io.freshet.protocol;

import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import io.freshet.protocol.round.Trigger;
import io.freshet.protocol.wire.EvaluatedRecord;
import io.freshet.protocol.wire.FailedRecord;
import io.freshet.protocol.wire.HeldRecord;
import io.freshet.protocol.wire.LabelledRecord;
import io.freshet.protocol.wire.PromotedRecord;
import io.freshet.protocol.wire.RoundEventRecord;
import io.freshet.protocol.wire.RoundRecord;
import io.freshet.protocol.wire.RoundRequestRecord;
import io.freshet.protocol.wire.ScoreRecord;
import io.freshet.protocol.wire.SnapshottedRecord;
import io.freshet.protocol.wire.TrainedRecord;
import io.freshet.protocol.wire.TrialRecord;
import java.util.Optional;

/** The Protobuf form of what is said of rounds. */
final class RoundCodec {

    private RoundCodec() {}

    static RoundRecord toWire(RoundMessage message) {
        RoundRecord.Builder record =
                RoundRecord.newBuilder().setModel(message.model()).setAt(Codecs.toWire(message.at()));
        return switch (message) {
            case RoundMessage.Request request ->
                record.setRequest(toWire(request)).build();
            case RoundMessage.Event event ->
                record.setEvent(toWire(event.step()).setRoundId(event.roundId()))
                        .build();
        };
    }

    static RoundMessage fromWire(RoundRecord record) {
        return switch (record.getMessageCase()) {
            case REQUEST -> fromWire(record, record.getRequest());
            case EVENT ->
                new RoundMessage.Event(
                        record.getModel(),
                        Codecs.fromWire(record.getAt()),
                        record.getEvent().getRoundId(),
                        fromWire(record.getEvent()));
            case MESSAGE_NOT_SET -> throw new IllegalArgumentException("neither a request nor an event that is known");
        };
    }

    private static RoundRequestRecord toWire(RoundMessage.Request request) {
        RoundRequestRecord.Builder record = RoundRequestRecord.newBuilder()
                .setTrigger(toWire(request.trigger()))
                .setDetail(request.detail());
        request.since().map(Codecs::toWire).ifPresent(record::setSince);
        return record.build();
    }

    private static RoundMessage.Request fromWire(RoundRecord record, RoundRequestRecord request) {
        return new RoundMessage.Request(
                record.getModel(),
                Codecs.fromWire(record.getAt()),
                fromWire(request.getTrigger()),
                request.getDetail(),
                request.hasSince() ? Optional.of(Codecs.fromWire(request.getSince())) : Optional.empty());
    }

    private static RoundEventRecord.Builder toWire(RoundStep step) {
        RoundEventRecord.Builder event = RoundEventRecord.newBuilder();
        return switch (step) {
            case RoundStep.Snapshotted s -> event.setSnapshotted(toWire(s));
            case RoundStep.Labelled l ->
                event.setLabelled(LabelledRecord.newBuilder()
                        .setLabeledImages(l.labeledImages())
                        .setUnlabeledImages(l.unlabeledImages())
                        .setKept(l.kept())
                        .setMeanConfidence(l.meanConfidence())
                        .putAllKeptByClass(l.keptByClass())
                        .setLeftOut(l.leftOut()));
            case RoundStep.Trained t -> event.setTrained(toWire(t));
            case RoundStep.Evaluated e -> event.setEvaluated(toWire(e));
            case RoundStep.Promoted p ->
                event.setPromoted(PromotedRecord.newBuilder().setModel(Codecs.toWire(p.model())));
            case RoundStep.Held h -> event.setHeld(HeldRecord.newBuilder().addAllReasons(h.reasons()));
            case RoundStep.Failed f -> event.setFailed(FailedRecord.newBuilder().setReason(f.reason()));
        };
    }

    private static RoundStep fromWire(RoundEventRecord event) {
        return switch (event.getStepCase()) {
            case SNAPSHOTTED -> fromWire(event.getSnapshotted());
            case LABELLED -> {
                LabelledRecord l = event.getLabelled();
                yield new RoundStep.Labelled(
                        l.getLabeledImages(),
                        l.getUnlabeledImages(),
                        l.getKept(),
                        l.getMeanConfidence(),
                        l.getKeptByClassMap(),
                        l.getLeftOut());
            }
            case TRAINED -> fromWire(event.getTrained());
            case EVALUATED -> fromWire(event.getEvaluated());
            case PROMOTED ->
                new RoundStep.Promoted(Codecs.fromWire(event.getPromoted().getModel()));
            case HELD -> new RoundStep.Held(event.getHeld().getReasonsList());
            case FAILED -> new RoundStep.Failed(event.getFailed().getReason());
            case STEP_NOT_SET -> throw new IllegalArgumentException("a step of a round that is not known");
        };
    }

    private static SnapshottedRecord toWire(RoundStep.Snapshotted snapshotted) {
        SnapshottedRecord.Builder record = SnapshottedRecord.newBuilder()
                .setTrigger(toWire(snapshotted.trigger()))
                .setDetail(snapshotted.detail())
                .setSeed(snapshotted.seed());
        snapshotted.champion().map(Codecs::toWire).ifPresent(record::setChampion);
        snapshotted.unlabeled().forEach(range -> record.addUnlabeled(Codecs.toWire(range)));
        snapshotted.labels().forEach(range -> record.addLabels(Codecs.toWire(range)));
        return record.build();
    }

    private static RoundStep.Snapshotted fromWire(SnapshottedRecord record) {
        return new RoundStep.Snapshotted(
                fromWire(record.getTrigger()),
                record.getDetail(),
                record.hasChampion() ? Optional.of(Codecs.fromWire(record.getChampion())) : Optional.empty(),
                record.getUnlabeledList().stream().map(Codecs::fromWire).toList(),
                record.getLabelsList().stream().map(Codecs::fromWire).toList(),
                record.getSeed());
    }

    private static TrainedRecord toWire(RoundStep.Trained trained) {
        TrainedRecord.Builder record = TrainedRecord.newBuilder()
                .setSteps(trained.steps())
                .setStudentLoss(trained.studentLoss())
                .setControlLoss(trained.controlLoss())
                .setStudentSeconds(trained.studentSeconds())
                .setControlSeconds(trained.controlSeconds());
        trained.trials()
                .forEach(trial -> record.addTrials(TrialRecord.newBuilder()
                        .setCandidate(trial.candidate())
                        .setSteps(trial.steps())
                        .setScore(toWire(trial.score()))));
        trained.choice()
                .ifPresent(choice -> record.setChosen(choice.candidate()).setReason(choice.reason()));
        return record.build();
    }

    private static RoundStep.Trained fromWire(TrainedRecord record) {
        return new RoundStep.Trained(
                record.getSteps(),
                record.getStudentLoss(),
                record.getControlLoss(),
                record.getStudentSeconds(),
                record.getControlSeconds(),
                record.getTrialsList().stream()
                        .map(trial -> new Trial(trial.getCandidate(), trial.getSteps(), fromWire(trial.getScore())))
                        .toList(),
                record.getChosen().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new RoundStep.Choice(record.getChosen(), record.getReason())));
    }

    private static EvaluatedRecord toWire(RoundStep.Evaluated evaluated) {
        EvaluatedRecord.Builder record = EvaluatedRecord.newBuilder()
                .setStudent(toWire(evaluated.student()))
                .setPValue(evaluated.pValue());
        evaluated.champion().map(RoundCodec::toWire).ifPresent(record::setChampion);
        evaluated.control().map(RoundCodec::toWire).ifPresent(record::setControl);
        evaluated.adaptedControl().map(RoundCodec::toWire).ifPresent(record::setAdaptedControl);
        return record.build();
    }

    private static RoundStep.Evaluated fromWire(EvaluatedRecord record) {
        return new RoundStep.Evaluated(
                fromWire(record.getStudent()),
                record.hasChampion() ? Optional.of(fromWire(record.getChampion())) : Optional.empty(),
                record.hasControl() ? Optional.of(fromWire(record.getControl())) : Optional.empty(),
                record.hasAdaptedControl() ? Optional.of(fromWire(record.getAdaptedControl())) : Optional.empty(),
                record.getPValue());
    }

    private static ScoreRecord toWire(Score score) {
        return ScoreRecord.newBuilder()
                .setAuditErrors(score.auditErrors())
                .setAuditImages(score.auditImages())
                .setAnchorErrors(score.anchorErrors())
                .setAnchorImages(score.anchorImages())
                .build();
    }

    private static Score fromWire(ScoreRecord record) {
        return new Score(
                record.getAuditErrors(), record.getAuditImages(), record.getAnchorErrors(), record.getAnchorImages());
    }

    private static RoundRequestRecord.Trigger toWire(Trigger trigger) {
        return switch (trigger) {
            case INITIAL -> RoundRequestRecord.Trigger.TRIGGER_INITIAL;
            case SCHEDULE -> RoundRequestRecord.Trigger.TRIGGER_SCHEDULE;
            case IMAGES -> RoundRequestRecord.Trigger.TRIGGER_IMAGES;
            case DRIFT -> RoundRequestRecord.Trigger.TRIGGER_DRIFT;
            case MANUAL -> RoundRequestRecord.Trigger.TRIGGER_MANUAL;
        };
    }

    private static Trigger fromWire(RoundRequestRecord.Trigger trigger) {
        return switch (trigger) {
            case TRIGGER_INITIAL -> Trigger.INITIAL;
            case TRIGGER_SCHEDULE -> Trigger.SCHEDULE;
            case TRIGGER_IMAGES -> Trigger.IMAGES;
            case TRIGGER_DRIFT -> Trigger.DRIFT;
            case TRIGGER_MANUAL -> Trigger.MANUAL;
            case TRIGGER_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("a trigger that is not known");
        };
    }
}
