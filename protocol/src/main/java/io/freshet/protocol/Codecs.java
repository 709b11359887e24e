package io.freshet.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelStatistics;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.wire.AnsweredImageRecord;
import io.freshet.protocol.wire.ChunkLabelsRecord;
import io.freshet.protocol.wire.ErasureRecord;
import io.freshet.protocol.wire.LabelRecord;
import io.freshet.protocol.wire.LabelRequestRecord;
import io.freshet.protocol.wire.LabellingTaskRecord;
import io.freshet.protocol.wire.ModelAnnouncementRecord;
import io.freshet.protocol.wire.ModelRef;
import io.freshet.protocol.wire.OffsetRangeRecord;
import io.freshet.protocol.wire.PositionRecord;
import io.freshet.protocol.wire.PredictionRecord;
import io.freshet.protocol.wire.RoundRecord;
import io.freshet.protocol.wire.SecondOpinionRecord;
import io.freshet.protocol.wire.ServingPolicyRecord;
import io.freshet.protocol.wire.SightingRecord;
import io.freshet.protocol.wire.UnlabeledImageRecord;
import io.freshet.protocol.wire.WithdrawnRecord;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/** The Protobuf form of each record; the schema is {@code freshet/v1/records.proto}. */
public final class Codecs {

    public static final RecordCodec<UnlabeledImage> UNLABELED_IMAGE =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, UnlabeledImageRecord.parser());

    public static final RecordCodec<Sighting> SIGHTING =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, SightingRecord.parser());

    public static final RecordCodec<LabelRequest> LABEL_REQUEST =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, LabelRequestRecord.parser());

    public static final RecordCodec<Label> LABEL =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, LabelRecord.parser());

    public static final RecordCodec<AnsweredImage> ANSWERED_IMAGE =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, AnsweredImageRecord.parser());

    public static final RecordCodec<ModelAnnouncement> MODEL_ANNOUNCEMENT =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, ModelAnnouncementRecord.parser());

    public static final RecordCodec<ServingPolicy> SERVING_POLICY =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, ServingPolicyRecord.parser());

    public static final RecordCodec<RoundMessage> ROUND_MESSAGE =
            RecordCodec.of(RoundCodec::toWire, RoundCodec::fromWire, RoundRecord.parser());

    public static final RecordCodec<Erasure> ERASURE =
            RecordCodec.of(ErasureCodec::toWire, ErasureCodec::fromWire, ErasureRecord.parser());

    public static final RecordCodec<LabellingTask> LABELLING_TASK =
            RecordCodec.of(LabellingCodec::toWire, LabellingCodec::fromWire, LabellingTaskRecord.parser());

    public static final RecordCodec<ChunkLabels> CHUNK_LABELS =
            RecordCodec.of(LabellingCodec::toWire, LabellingCodec::fromWire, ChunkLabelsRecord.parser());

    public static final RecordCodec<Prediction> PREDICTION =
            RecordCodec.of(Codecs::toWire, Codecs::fromWire, PredictionRecord.parser());

    private Codecs() {}

    private static UnlabeledImageRecord toWire(UnlabeledImage image) {
        UnlabeledImageRecord.Builder record = UnlabeledImageRecord.newBuilder()
                .setImageId(ByteString.copyFrom(image.id().bytes()))
                .setPng(ByteString.copyFrom(image.png().bytes()))
                .setSource(image.source())
                .setEventId(image.eventId())
                .setObservedAt(toWire(image.observedAt()))
                .setTraffic(PositionRecord.newBuilder()
                        .setPartition(image.traffic().partition())
                        .setOffset(image.traffic().offset()))
                .setAudit(image.audit())
                .setInclusionProbability(image.inclusionProbability())
                .setCopies(image.copies())
                .setSubject(image.subject())
                .setLocation(image.location());
        image.prediction().map(Codecs::toWire).ifPresent(record::setPrediction);
        return record.build();
    }

    private static UnlabeledImage fromWire(UnlabeledImageRecord record) {
        return new UnlabeledImage(
                ImageId.ofBytes(record.getImageId().toByteArray()),
                new EncodedImage(record.getPng().toByteArray()),
                record.getSource(),
                record.getEventId(),
                fromWire(record.getObservedAt()),
                new TopicPosition(
                        record.getTraffic().getPartition(), record.getTraffic().getOffset()),
                record.hasPrediction() ? Optional.of(fromWire(record.getPrediction())) : Optional.empty(),
                record.getAudit(),
                record.hasInclusionProbability() ? record.getInclusionProbability() : 1,
                record.getCopies(),
                record.getSubject(),
                record.getLocation());
    }

    private static SightingRecord toWire(Sighting sighting) {
        SightingRecord.Builder record = SightingRecord.newBuilder()
                .setImageId(ByteString.copyFrom(sighting.id().bytes()))
                .setContent(UnsafeByteOperations.unsafeWrap(sighting.content().bytes())) // which nobody changes
                .setSource(sighting.source())
                .setEventId(sighting.eventId())
                .setObservedAt(toWire(sighting.observedAt()))
                .setTraffic(PositionRecord.newBuilder()
                        .setPartition(sighting.traffic().partition())
                        .setOffset(sighting.traffic().offset()))
                .setAudit(sighting.audit())
                .setFingerprint(ByteString.copyFrom(sighting.fingerprint().bytes()))
                .setSubject(sighting.subject())
                .setLocation(sighting.location());
        sighting.prediction().map(Codecs::toWire).ifPresent(record::setPrediction);
        sighting.pixels().ifPresent(pixels -> record.addAllPixelStatistics(pixels.values()));
        return record.build();
    }

    private static Sighting fromWire(SightingRecord record) {
        return new Sighting(
                ImageId.ofBytes(record.getImageId().toByteArray()),
                new EncodedImage(record.getContent().toByteArray()),
                record.getSource(),
                record.getEventId(),
                fromWire(record.getObservedAt()),
                new TopicPosition(
                        record.getTraffic().getPartition(), record.getTraffic().getOffset()),
                record.hasPrediction() ? Optional.of(fromWire(record.getPrediction())) : Optional.empty(),
                record.getAudit(),
                Fingerprint.ofBytes(record.getFingerprint().toByteArray()),
                record.getSubject(),
                record.getLocation(),
                record.getPixelStatisticsCount() == 0
                        ? Optional.empty()
                        : Optional.of(PixelStatistics.ofValues(record.getPixelStatisticsList())));
    }

    private static LabelRequestRecord toWire(LabelRequest request) {
        LabelRequestRecord.Builder record = LabelRequestRecord.newBuilder()
                .setImageId(ByteString.copyFrom(request.id().bytes()))
                .setPng(ByteString.copyFrom(request.png().bytes()))
                .setSource(request.source())
                .setEventId(request.eventId())
                .setObservedAt(toWire(request.observedAt()))
                .setSubject(request.subject());
        request.prediction().map(Codecs::toWire).ifPresent(record::setPrediction);
        return record.build();
    }

    private static LabelRequest fromWire(LabelRequestRecord record) {
        return new LabelRequest(
                ImageId.ofBytes(record.getImageId().toByteArray()),
                new EncodedImage(record.getPng().toByteArray()),
                record.getSource(),
                record.getEventId(),
                fromWire(record.getObservedAt()),
                record.hasPrediction() ? Optional.of(fromWire(record.getPrediction())) : Optional.empty(),
                record.getSubject());
    }

    private static LabelRecord toWire(Label label) {
        return LabelRecord.newBuilder()
                .setImageId(ByteString.copyFrom(label.id().bytes()))
                .setLabel(label.label())
                .setLabeler(label.labeler())
                .setLabeledAt(toWire(label.labeledAt()))
                .build();
    }

    private static Label fromWire(LabelRecord record) {
        return new Label(
                ImageId.ofBytes(record.getImageId().toByteArray()),
                record.getLabel(),
                record.getLabeler(),
                fromWire(record.getLabeledAt()));
    }

    private static AnsweredImageRecord toWire(AnsweredImage answered) {
        return AnsweredImageRecord.newBuilder()
                .setEventId(answered.eventId())
                .setImageId(ByteString.copyFrom(answered.id().bytes()))
                .setModel(answered.model())
                .setAnsweredAt(toWire(answered.answeredAt()))
                .build();
    }

    private static AnsweredImage fromWire(AnsweredImageRecord record) {
        return new AnsweredImage(
                record.getEventId(),
                ImageId.ofBytes(record.getImageId().toByteArray()),
                record.getModel(),
                fromWire(record.getAnsweredAt()));
    }

    private static ModelAnnouncementRecord toWire(ModelAnnouncement announcement) {
        ModelAnnouncementRecord.Builder record = ModelAnnouncementRecord.newBuilder()
                .setModel(toWire(announcement.model()))
                .setLocation(announcement.location().toString())
                .setManifestSha256(announcement.manifestSha256())
                .setAnnouncedAt(toWire(announcement.announcedAt()))
                .setReason(
                        switch (announcement.reason()) {
                            case PROMOTED -> ModelAnnouncementRecord.Reason.REASON_PROMOTED;
                            case ROLLED_BACK -> ModelAnnouncementRecord.Reason.REASON_ROLLED_BACK;
                        })
                .setRoundId(announcement.roundId().orElse(""))
                .setTraceParent(announcement.traceParent());
        announcement
                .withdrawn()
                .ifPresent(withdrawn -> record.setWithdrawn(WithdrawnRecord.newBuilder()
                        .setVersion(withdrawn.version())
                        .setWhy(withdrawn.why())));
        return record.build();
    }

    private static ModelAnnouncement fromWire(ModelAnnouncementRecord record) {
        return new ModelAnnouncement(
                fromWire(record.getModel()),
                URI.create(record.getLocation()),
                record.getManifestSha256(),
                fromWire(record.getAnnouncedAt()),
                // A reason that a later release adds is a promotion to this one: the version shall be in service.
                record.getReason() == ModelAnnouncementRecord.Reason.REASON_ROLLED_BACK
                        ? ModelAnnouncement.Reason.ROLLED_BACK
                        : ModelAnnouncement.Reason.PROMOTED,
                record.getRoundId().isEmpty() ? Optional.empty() : Optional.of(record.getRoundId()),
                record.hasWithdrawn()
                        ? Optional.of(new ModelAnnouncement.Withdrawn(
                                record.getWithdrawn().getVersion(),
                                record.getWithdrawn().getWhy()))
                        : Optional.empty(),
                record.getTraceParent());
    }

    private static ServingPolicyRecord toWire(ServingPolicy policy) {
        return ServingPolicyRecord.newBuilder()
                .setModel(policy.model())
                .addAllPinned(policy.pinned().stream().map(Codecs::toWire).toList())
                .putAllLabels(policy.labels())
                .setSetAt(toWire(policy.setAt()))
                .build();
    }

    private static ServingPolicy fromWire(ServingPolicyRecord record) {
        return new ServingPolicy(
                record.getModel(),
                record.getPinnedList().stream().map(Codecs::fromWire).toList(),
                record.getLabelsMap(),
                fromWire(record.getSetAt()));
    }

    private static PredictionRecord toWire(Prediction prediction) {
        PredictionRecord.Builder record = PredictionRecord.newBuilder()
                .setModel(toWire(prediction.model()))
                .setLabel(prediction.label())
                .setConfidence(prediction.confidence())
                .addAllEmbeddingSketch(prediction.embeddingSketch());
        prediction
                .shadow()
                .ifPresent(shadow -> record.setShadow(SecondOpinionRecord.newBuilder()
                        .setVersion(shadow.version())
                        .setLabel(shadow.label())
                        .setConfidence(shadow.confidence())));
        return record.build();
    }

    private static Prediction fromWire(PredictionRecord record) {
        return new Prediction(
                fromWire(record.getModel()),
                record.getLabel(),
                record.getConfidence(),
                record.getEmbeddingSketchList(),
                record.hasShadow() ? Optional.of(fromWire(record.getShadow())) : Optional.empty());
    }

    private static SecondOpinion fromWire(SecondOpinionRecord record) {
        return new SecondOpinion(record.getVersion(), record.getLabel(), record.getConfidence());
    }

    static ModelRef toWire(ModelVersion model) {
        return ModelRef.newBuilder()
                .setModel(model.model())
                .setVersion(model.version())
                .build();
    }

    static ModelVersion fromWire(ModelRef model) {
        return new ModelVersion(model.getModel(), model.getVersion());
    }

    static OffsetRangeRecord toWire(OffsetRange range) {
        return OffsetRangeRecord.newBuilder()
                .setTopic(range.topic())
                .setPartition(range.partition())
                .setFrom(range.from())
                .setTo(range.to())
                .build();
    }

    static OffsetRange fromWire(OffsetRangeRecord range) {
        return new OffsetRange(range.getTopic(), range.getPartition(), range.getFrom(), range.getTo());
    }

    static Timestamp toWire(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    static Instant fromWire(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
