package io.freshet.trainer.stream;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.data.NearCopies;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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

    private final TopicReader reader;
    private final LabeledSet labeledSet;
    private final Erasures erasures;
    private final boolean leaveOutNear;
    private final Consumer<Instant> audience;
    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    /**
     * @param leaveOutNear whether near copies of images that judge are left out too
     * @param audience told of when each image was taken that a round learns from and that came by the traffic
     */
    public MaterialReader(
            TopicReader reader,
            LabeledSet labeledSet,
            Erasures erasures,
            boolean leaveOutNear,
            Consumer<Instant> audience) {
        this.reader = reader;
        this.labeledSet = labeledSet;
        this.erasures = erasures;
        this.leaveOutNear = leaveOutNear;
        this.audience = audience;
    }

    /** @throws InterruptedException if the thread is interrupted meanwhile */
    public Material read(Snapshotted snapshot) throws InterruptedException {
        return read(snapshot, audience);
    }

    private Material read(Snapshotted snapshot, Consumer<Instant> told) throws InterruptedException {
        erasures.refresh();
        Map<ImageId, String> labels = readLabels(snapshot);
        Sorter sorter = new Sorter(labels, remaining(), told);
        reader.read(
                snapshot.unlabeled(),
                record -> RecordLog.decode(Codecs.UNLABELED_IMAGE, record).ifPresent(sorter::add));
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
                || read(snapshot, again -> {}).sha256().equals(material.sha256());
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }

    /** An unlabeled image, and when it was observed. */
    private record Seen(ImageId id, Instant at) {}

    /** Puts each image where it belongs. */
    private final class Sorter {

        private final Map<ImageId, String> labels;
        private final LabeledSet remaining;
        private final Consumer<Instant> told;
        private final LabeledImages labeled;
        private final ImagePool unlabeled = new ImagePool(labeledSet.shape().size());
        private final List<Seen> seen = new ArrayList<>();
        private final Map<ImageId, Instant> labeledAt = new HashMap<>();
        private final Set<ImageId> known = new HashSet<>();
        private final NearCopies judging = new NearCopies(labeledSet.shape());
        private final NearCopies learned = new NearCopies(labeledSet.shape());

        Sorter(Map<ImageId, String> labels, LabeledSet remaining, Consumer<Instant> told) {
            this.labels = labels;
            this.remaining = remaining;
            this.told = told;
            this.labeled = remaining.training().select(id -> true);
            known.addAll(remaining.training().ids());
            known.addAll(remaining.anchor().ids());
            if (leaveOutNear) {
                ImagePool anchor = remaining.anchor().images();
                for (int i = 0; i < anchor.size(); i++) {
                    judging.add(judging.fingerprint(anchor.get(i)));
                }
            }
        }

        void add(UnlabeledImage image) {
            boolean judges = image.audit();
            if ((judges && !leaveOutNear) || erasures.contains(image.id(), image.subject()) || !known.add(image.id())) {
                return;
            }
            if (!(decoder.decode(image.png().bytes()) instanceof DecodeResult.Decoded decoded)) {
                return; // ingest wrote this PNG itself; only another writer's can be broken
            }
            var shape = labeledSet.shape();
            byte[] pixels = decoded.image().toModelInput(shape.height(), shape.width(), shape.channels());
            if (judges) {
                judging.add(judging.fingerprint(pixels));
                return;
            }
            String name = labels.get(image.id());
            int label = name == null ? -1 : labeledSet.classes().indexOf(name);
            if (label >= 0) {
                labeled.add(image.id(), pixels, label);
                labeledAt.put(image.id(), image.observedAt());
            } else {
                unlabeled.add(pixels);
                seen.add(new Seen(image.id(), image.observedAt()));
            }
        }

        /** All that judge are known by now: an image of the audit sample may come after its copies. */
        Material material() {
            int before = labeled.size() + unlabeled.size();
            LabeledImages labeledApart =
                    labeled.selectPlaces(place -> isApart(labeled.images().get(place)));
            MessageDigest ids = sha256();
            unlabeled.retain(place -> {
                boolean stays = isApart(unlabeled.get(place));
                if (stays) {
                    told.accept(seen.get(place).at());
                    ids.update(seen.get(place).id().bytes());
                }
                return stays;
            });
            int leftOut = before - labeledApart.size() - unlabeled.size();
            if (leftOut > 0) {
                LOG.info("{} of {} images are near copies of images that judge, and left out", leftOut, before);
            }
            ids.update(remaining.sha256().getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < labeledApart.size(); i++) {
                Optional.ofNullable(labeledAt.get(labeledApart.id(i))).ifPresent(told);
                ids.update(labeledApart.id(i).bytes());
                ids.update((byte) labeledApart.label(i));
            }
            return new Material(
                    remaining,
                    labeledApart,
                    unlabeled,
                    leftOut,
                    leaveOutNear ? Optional.of(learned) : Optional.empty(),
                    HexFormat.of().formatHex(ids.digest()),
                    erasures.end());
        }

        /** Whether an image may be learned from, which it then is. */
        private boolean isApart(byte[] pixels) {
            if (!leaveOutNear) {
                return true;
            }
            Fingerprint fingerprint = learned.fingerprint(pixels);
            boolean apart = !judging.contains(fingerprint);
            if (apart) {
                learned.add(fingerprint);
            }
            return apart;
        }
    }
}
