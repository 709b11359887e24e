package io.freshet.trainer.stream;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads what a round learns from, by the offsets of its snapshot: the labeled set, and the unlabeled images, those of
 * them that people have labeled meanwhile among the labeled. Images that judge (the audit sample, the anchor) are left
 * out. The same snapshot gives the same images in the same order.
 */
public final class MaterialReader {

    private final TopicReader reader;
    private final LabeledSet labeledSet;
    private final Consumer<Instant> audience;
    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    /** @param audience told of when each image was taken that a round learns from and that came by the traffic */
    public MaterialReader(TopicReader reader, LabeledSet labeledSet, Consumer<Instant> audience) {
        this.reader = reader;
        this.labeledSet = labeledSet;
        this.audience = audience;
    }

    /** @throws InterruptedException if the thread is interrupted meanwhile */
    public Material read(Snapshotted snapshot) throws InterruptedException {
        Map<ImageId, String> labels = readLabels(snapshot);
        Sorter sorter = new Sorter(labels);
        reader.read(
                snapshot.unlabeled(),
                record -> RecordLog.decode(Codecs.UNLABELED_IMAGE, record).ifPresent(sorter::add));
        return new Material(sorter.labeled, sorter.unlabeled);
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
        private final LabeledImages labeled = labeledSet.training().select(id -> true);
        private final ImagePool unlabeled = new ImagePool(labeledSet.shape().size());
        private final Set<ImageId> known = new HashSet<>();

        Sorter(Map<ImageId, String> labels) {
            this.labels = labels;
            known.addAll(labeledSet.training().ids());
            known.addAll(labeledSet.anchor().ids());
        }

        void add(UnlabeledImage image) {
            if (image.audit() || !known.add(image.id())) {
                return;
            }
            if (!(decoder.decode(image.png().bytes()) instanceof DecodeResult.Decoded decoded)) {
                return; // ingest wrote this PNG itself; only another writer's can be broken
            }
            var shape = labeledSet.shape();
            audience.accept(image.observedAt());
            byte[] pixels = decoded.image().toModelInput(shape.height(), shape.width(), shape.channels());
            String name = labels.get(image.id());
            int label = name == null ? -1 : labeledSet.classes().indexOf(name);
            if (label >= 0) {
                labeled.add(image.id(), pixels, label);
            } else {
                unlabeled.add(pixels);
            }
        }
    }
}
