package io.freshet.trainer.stream;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.data.MaterialCollector;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a round learns from, by the offsets of its snapshot: the labeled set, and the unlabeled images, those of
 * them that people have labeled meanwhile among the labeled. Images that judge (the audit sample, the anchor) are left
 * out, near copies of them, and what is erased. The same snapshot gives the same images in the same order, until one of
 * them is erased.
 */
public final class MaterialReader {

    private static final Logger LOG = LoggerFactory.getLogger(MaterialReader.class);

    /** As many links as OpenTelemetry keeps of a span. */
    private static final int MAX_TRACES = 128;

    private final TopicReader reader;
    private final LabeledSet labeledSet;
    private final Erasures erasures;
    private final Set<ImageId> judging;
    private final boolean leaveOutNear;
    private final LearnedImages audience;
    private final Optional<Path> overflow;
    private final KeptImages keptImages = new KeptImages();

    /**
     * @param leaveOutNear whether near copies of images that judge are left out too
     * @param audience told of each image that a round learns from and that came by the traffic
     */
    public MaterialReader(
            TopicReader reader,
            LabeledSet labeledSet,
            Erasures erasures,
            boolean leaveOutNear,
            LearnedImages audience) {
        this(reader, labeledSet, erasures, Set.of(), leaveOutNear, audience);
    }

    /** @param overflow folder for the images that are too much for the heap */
    public MaterialReader(
            TopicReader reader,
            LabeledSet labeledSet,
            Erasures erasures,
            boolean leaveOutNear,
            LearnedImages audience,
            Path overflow) {
        this(reader, labeledSet, erasures, Set.of(), leaveOutNear, audience, Optional.of(overflow));
    }

    /** @param judging further images that judge, and are left out wherever they stand in the stream */
    public MaterialReader(
            TopicReader reader,
            LabeledSet labeledSet,
            Erasures erasures,
            Set<ImageId> judging,
            boolean leaveOutNear,
            LearnedImages audience) {
        this(reader, labeledSet, erasures, judging, leaveOutNear, audience, Optional.empty());
    }

    private MaterialReader(
            TopicReader reader,
            LabeledSet labeledSet,
            Erasures erasures,
            Set<ImageId> judging,
            boolean leaveOutNear,
            LearnedImages audience,
            Optional<Path> overflow) {
        this.overflow = overflow;
        this.reader = reader;
        this.labeledSet = labeledSet;
        this.erasures = erasures;
        this.judging = Set.copyOf(judging);
        this.leaveOutNear = leaveOutNear;
        this.audience = audience;
    }

    /** @throws InterruptedException if the thread is interrupted meanwhile */
    public Material read(Snapshotted snapshot) throws InterruptedException {
        return read(snapshot, audience);
    }

    private Material read(Snapshotted snapshot, LearnedImages told) throws InterruptedException {
        erasures.refresh();
        Map<ImageId, String> labels = readLabels(snapshot);
        Sorter sorter = new Sorter(labels, remaining(), told);
        reader.read(
                snapshot.unlabeled(),
                record -> RecordLog.decode(Codecs.UNLABELED_IMAGE, record)
                        .ifPresent(image -> sorter.add(
                                image,
                                new TopicPosition(record.partition(), record.offset()),
                                Tracing.sampledParent(record.headers()))));
        return sorter.material();
    }

    /**
     * Whether nothing of what a snapshot gave has been erased since.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public boolean isCurrent(Snapshotted snapshot, Material material) throws InterruptedException {
        erasures.refresh();
        return erasures.end() == material.erasures()
                || read(snapshot, (again, trace) -> {}).sha256().equals(material.sha256());
    }

    private LabeledSet remaining() {
        LabeledSet remaining = labeledSet.select(id -> !erasures.contains(id));
        int erased = labeledSet.training().size()
                + labeledSet.anchor().size()
                - remaining.training().size()
                - remaining.anchor().size();
        if (erased > 0) {
            LOG.warn("{} images of the labeled set are erased, and left out; their files are still there", erased);
        }
        return remaining;
    }

    private Map<ImageId, String> readLabels(Snapshotted snapshot) throws InterruptedException {
        Map<ImageId, String> labels = new HashMap<>();
        reader.read(snapshot.labels(), record -> {
            RecordLog.decode(Codecs.LABEL, record).ifPresent(label -> put(labels, label));
        });
        return labels;
    }

    private static void put(Map<ImageId, String> labels, Label label) {
        labels.put(label.id(), label.label());
    }

    /** Puts each image where it belongs. */
    private final class Sorter {

        private final Map<ImageId, String> labels;
        private final LearnedImages told;
        private final Map<ImageId, Instant> observedAt = new HashMap<>();
        private final Map<ImageId, String> traces = new HashMap<>();
        private final MaterialCollector collector;

        Sorter(Map<ImageId, String> labels, LabeledSet remaining, LearnedImages told) {
            this.labels = labels;
            this.told = told;
            this.collector = new MaterialCollector(remaining, leaveOutNear, overflow);
        }

        void add(UnlabeledImage image, TopicPosition position, Optional<String> traceParent) {
            boolean judges = image.audit() || judging.contains(image.id());
            if ((judges && !leaveOutNear)
                    || erasures.contains(image.id(), image.subject())
                    || !collector.isNew(image.id())) {
                return;
            }
            keptImages
                    .pixels(image.png(), labeledSet.shape())
                    .ifPresent(pixels -> sort(image, pixels, judges, position, traceParent));
        }

        private void sort(
                UnlabeledImage image,
                byte[] pixels,
                boolean judges,
                TopicPosition position,
                Optional<String> traceParent) {
            if (judges) {
                collector.addJudging(pixels);
                return;
            }
            observedAt.put(image.id(), image.observedAt());
            if (traces.size() < MAX_TRACES) {
                traceParent.ifPresent(parent -> traces.put(image.id(), parent));
            }
            String name = labels.get(image.id());
            int label = name == null ? -1 : labeledSet.classes().indexOf(name);
            if (label >= 0) {
                collector.addLabeled(image.id(), pixels, label);
            } else {
                collector.addUnlabeled(image.id(), pixels, position);
            }
        }

        Material material() {
            return collector.material(erasures.end(), id -> {
                Instant at = observedAt.get(id); // those of the labeled set did not come by the traffic
                if (at != null) {
                    told.learnedFrom(at, Optional.ofNullable(traces.get(id)));
                }
            });
        }
    }
}
