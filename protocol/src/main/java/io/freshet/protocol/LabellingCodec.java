package io.freshet.protocol;

import com.google.protobuf.ByteString;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.FilePatch;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.protocol.wire.ChunkLabelsRecord;
import io.freshet.protocol.wire.ChunkTaskRecord;
import io.freshet.protocol.wire.FilePatchRecord;
import io.freshet.protocol.wire.LabellingTaskRecord;
import io.freshet.protocol.wire.PositionRecord;
import io.freshet.protocol.wire.RunRecord;
import io.freshet.protocol.wire.TeacherRecord;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Turns what is said about labelling into its Protobuf form and back. */
final class LabellingCodec {

    private LabellingCodec() {}

    static LabellingTaskRecord toWire(LabellingTask task) {
        LabellingTaskRecord.Builder record = LabellingTaskRecord.newBuilder();
        switch (task) {
            case LabellingTask.Teacher teacher -> record.setTeacher(toWire(teacher));
            case LabellingTask.Chunk chunk -> record.setChunk(toWire(chunk));
        }
        return record.build();
    }

    private static TeacherRecord toWire(LabellingTask.Teacher teacher) {
        TeacherRecord.Builder record = TeacherRecord.newBuilder()
                .setModel(Codecs.toWire(teacher.model()))
                .setManifestSha256(teacher.manifestSha256())
                .setVariablesSha256(teacher.variablesSha256())
                .setMixedPrecision(teacher.mixedPrecision());
        for (FilePatch patch : teacher.patches()) {
            FilePatchRecord.Builder file =
                    FilePatchRecord.newBuilder().setFile(patch.file()).setLength(patch.length());
            for (FilePatch.Run run : patch.runs()) {
                file.addRuns(RunRecord.newBuilder()
                        .setOffset(run.offset())
                        .setContent(ByteString.copyFrom(run.content().duplicate())));
            }
            record.addPatches(file);
        }
        return record.build();
    }

    private static ChunkTaskRecord toWire(LabellingTask.Chunk chunk) {
        ChunkTaskRecord.Builder record = ChunkTaskRecord.newBuilder()
                .setJob(chunk.job())
                .setModel(chunk.model())
                .setRoundId(chunk.roundId())
                .setTeacher(PositionRecord.newBuilder()
                        .setPartition(chunk.teacher().partition())
                        .setOffset(chunk.teacher().offset()))
                .setNumber(chunk.number())
                .setPixelsSha256(chunk.pixelsSha256());
        for (TopicPosition image : chunk.images()) {
            record.addPartitions(image.partition()).addOffsets(image.offset());
        }
        return record.build();
    }

    static LabellingTask fromWire(LabellingTaskRecord record) {
        return switch (record.getTaskCase()) {
            case TEACHER -> fromWire(record.getTeacher());
            case CHUNK -> fromWire(record.getChunk());
            case TASK_NOT_SET -> throw new IllegalArgumentException("A task is a teacher or a chunk");
        };
    }

    private static LabellingTask.Teacher fromWire(TeacherRecord record) {
        List<FilePatch> patches = new ArrayList<>();
        for (FilePatchRecord patch : record.getPatchesList()) {
            patches.add(new FilePatch(
                    patch.getFile(),
                    patch.getLength(),
                    patch.getRunsList().stream()
                            .map(run -> new FilePatch.Run(
                                    run.getOffset(), run.getContent().asReadOnlyByteBuffer()))
                            .toList()));
        }
        return new LabellingTask.Teacher(
                Codecs.fromWire(record.getModel()),
                record.getManifestSha256(),
                patches,
                record.getVariablesSha256(),
                record.getMixedPrecision());
    }

    private static LabellingTask.Chunk fromWire(ChunkTaskRecord record) {
        if (record.getPartitionsCount() != record.getOffsetsCount()) {
            throw new IllegalArgumentException("Each image has a partition and an offset");
        }
        List<TopicPosition> images = new ArrayList<>(record.getOffsetsCount());
        for (int i = 0; i < record.getOffsetsCount(); i++) {
            images.add(new TopicPosition(record.getPartitions(i), record.getOffsets(i)));
        }
        return new LabellingTask.Chunk(
                record.getJob(),
                record.getModel(),
                record.getRoundId(),
                new TopicPosition(
                        record.getTeacher().getPartition(), record.getTeacher().getOffset()),
                record.getNumber(),
                images,
                record.getPixelsSha256());
    }

    static ChunkLabelsRecord toWire(ChunkLabels labels) {
        ChunkLabelsRecord.Builder record = ChunkLabelsRecord.newBuilder()
                .setJob(labels.job())
                .setNumber(labels.number())
                .setClasses(labels.classes())
                .setLabeller(labels.labeller());
        FloatBuffer probabilities = labels.probabilities().duplicate();
        while (probabilities.hasRemaining()) {
            record.addProbabilities(probabilities.get());
        }
        return record.build();
    }

    static ChunkLabels fromWire(ChunkLabelsRecord record) {
        FloatBuffer probabilities = FloatBuffer.allocate(record.getProbabilitiesCount());
        for (int i = 0; i < record.getProbabilitiesCount(); i++) {
            probabilities.put(record.getProbabilities(i));
        }
        return new ChunkLabels(
                record.getJob(), record.getNumber(), record.getClasses(), probabilities.flip(), record.getLabeller());
    }
}
