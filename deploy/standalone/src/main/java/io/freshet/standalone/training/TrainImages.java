package io.freshet.standalone.training;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.round.Trigger;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.data.MaterialCollector;
import io.freshet.trainer.data.MaterialFolder;
import io.freshet.trainer.data.TfRecordImages;
import io.freshet.trainer.service.TrainerConfig;
import io.freshet.trainer.stream.AuditSample;
import io.freshet.trainer.stream.Erasures;
import io.freshet.trainer.stream.MaterialReader;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All images of one call of training. None of those that judge is among those that are learned from.
 *
 * @param unlabeledOffsets that were read; none if the images do not come from Kafka
 * @param labelOffsets likewise
 */
public record TrainImages(
        Material material,
        LabeledImages audit,
        Optional<LabeledImages> test,
        List<OffsetRange> unlabeledOffsets,
        List<OffsetRange> labelOffsets) {

    /** How Kafka is reached, if it has to be. */
    @FunctionalInterface
    public interface Connector {
        KafkaConnection connect() throws InterruptedException;
    }

    /**
     * Reads them.
     *
     * @param config its anchor, image shape and bounds
     * @param unlabeled empty for none
     * @param audit labeled images of the traffic, a folder likewise; where there is none and the unlabeled images come from
     *     Kafka, its audit sample
     * @param test a folder likewise
     * @throws IOException if something cannot be read, or is not of the form that is wanted
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static TrainImages read(
            TrainerConfig config,
            LabeledSource labeled,
            Optional<UnlabeledSource> unlabeled,
            Optional<Path> audit,
            Optional<Path> test,
            Connector kafka)
            throws IOException, InterruptedException {
        LabeledSet all = labeled.read(config);
        Optional<LabeledImages> testImages = sample(test, all);
        Optional<LabeledImages> auditImages = sample(audit, all);
        Set<ImageId> judging = new HashSet<>();
        testImages.ifPresent(images -> judging.addAll(images.ids()));
        auditImages.ifPresent(images -> judging.addAll(images.ids()));
        LabeledSet set = all.select(id -> !judging.contains(id));
        if (set.training().size() == 0 || set.anchor().size() == 0) {
            throw new IOException(
                    "Nothing is left of the labeled images without those that judge: the same images are in both");
        }
        LabeledImages none = new LabeledImages(set.shape().size());
        if (unlabeled.isEmpty()) {
            Material material = new MaterialCollector(set, false).material(0);
            return new TrainImages(material, auditImages.orElse(none), testImages, List.of(), List.of());
        }
        UnlabeledSource source = unlabeled.get();
        return switch (source) {
            case UnlabeledSource.Folder from -> {
                int most = Math.toIntExact(
                        Math.min(Integer.MAX_VALUE, config.triggers().maxImages()));
                Material material = new MaterialFolder(from.folder()).read(set, judging, most, config.leaveOutNear());
                yield new TrainImages(material, auditImages.orElse(none), testImages, List.of(), List.of());
            }
            case UnlabeledSource.Records from -> {
                Material material = fromRecords(from.path(), set, judging, config);
                yield new TrainImages(material, auditImages.orElse(none), testImages, List.of(), List.of());
            }
            case UnlabeledSource.Stream from ->
                fromKafka(config, set, judging, from.range(), auditImages, testImages, kafka);
        };
    }

    private static Optional<LabeledImages> sample(Optional<Path> folder, LabeledSet set) throws IOException {
        return folder.isPresent()
                ? Optional.of(new LabeledFolder(folder.get()).readSample(set.classes(), set.shape()))
                : Optional.empty();
    }

    /** The first of them, as many as a round takes. */
    private static Material fromRecords(Path path, LabeledSet set, Set<ImageId> judging, TrainerConfig config)
            throws IOException {
        MaterialCollector collector = new MaterialCollector(set, config.leaveOutNear());
        ImageShape shape = set.shape();
        AtomicLong left = new AtomicLong(config.triggers().maxImages());
        TfRecordImages.in(path).forEach(image -> {
            if (left.get() > 0 && !judging.contains(image.id()) && collector.isNew(image.id())) {
                left.decrementAndGet();
                collector.addUnlabeled(image.id(), image.toModelInput(shape.height(), shape.width(), shape.channels()));
            }
        });
        Material material = collector.material(0);
        if (material.unlabeled().size() == 0) {
            throw new IOException("There is nothing to learn from in " + path
                    + ": no image that is not among the labeled ones or those that judge");
        }
        return material;
    }

    private static TrainImages fromKafka(
            TrainerConfig config,
            LabeledSet set,
            Set<ImageId> judging,
            Optional<UnlabeledSource.Range> range,
            Optional<LabeledImages> audit,
            Optional<LabeledImages> test,
            Connector kafka)
            throws IOException, InterruptedException {
        try (TopicReader reader = new TopicReader(kafka.connect(), "freshet-train")) {
            Erasures erasures = new Erasures(reader);
            LabeledImages sample = audit.isPresent()
                    ? audit.get()
                    : new AuditSample(reader, set, erasures)
                            .recent(config.rounds().auditImages());
            judging.addAll(sample.ids());
            List<OffsetRange> offsets = range.isPresent()
                    ? within(reader.all(Topics.UNLABELED), range.get())
                    : reader.latest(Topics.UNLABELED, config.triggers().maxImages());
            List<OffsetRange> labels = reader.all(Topics.LABELS);
            Snapshotted snapshot = new Snapshotted(Trigger.MANUAL, "", Optional.empty(), offsets, labels, 0);
            Material material = new MaterialReader(
                            reader, set, erasures, judging, config.leaveOutNear(), (at, trace) -> {})
                    .read(snapshot);
            if (material.unlabeled().size() == 0) {
                throw new IOException("There is nothing to learn from in " + Topics.UNLABELED.topicName() + " at "
                        + describe(offsets));
            }
            return new TrainImages(material, sample, test, offsets, labels);
        }
    }

    /** What a topic has of the offsets that are wanted in each of its partitions. */
    private static List<OffsetRange> within(List<OffsetRange> there, UnlabeledSource.Range wanted) throws IOException {
        List<OffsetRange> ranges = new ArrayList<>();
        for (OffsetRange partition : there) {
            long from = Math.max(partition.from(), wanted.from());
            long to = Math.min(partition.to(), wanted.to());
            if (from < to) {
                ranges.add(new OffsetRange(partition.topic(), partition.partition(), from, to));
            }
        }
        if (ranges.isEmpty()) {
            throw new IOException("No partition of " + Topics.UNLABELED.topicName() + " has offsets from "
                    + wanted.from() + " to " + wanted.to() + "; it has " + describe(there));
        }
        return ranges;
    }

    private static String describe(List<OffsetRange> ranges) {
        return String.join(
                ", ",
                ranges.stream()
                        .map(range -> range.from() + "-" + range.to() + " in partition " + range.partition())
                        .toList());
    }
}
