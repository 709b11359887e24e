package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.Sha256;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.image.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what a round learns from, image by image, each once, and none that the labeled set has already: whoever reads
 * images, from Kafka or from a disk, hands them over here. Images near one that judges are taken out at the end, for it may
 * come after them. Not thread safe.
 */
public final class MaterialCollector {

    private static final Logger LOG = LoggerFactory.getLogger(MaterialCollector.class);

    private final LabeledSet labeledSet;
    private final boolean leaveOutNear;
    private final LabeledImages labeled;
    private final ImagePool unlabeled;
    private final List<ImageId> unlabeledIds = new ArrayList<>();
    private final Positions positions = new Positions();
    private final Set<ImageId> known = new HashSet<>();
    private final NearCopies judging;
    private final NearCopies learned;

    /** @param leaveOutNear whether near copies of images that judge are left out too */
    public MaterialCollector(LabeledSet labeledSet, boolean leaveOutNear) {
        this(labeledSet, leaveOutNear, Optional.empty());
    }

    /** @param overflow folder for the unlabeled images that are too much for the heap; empty to keep all there */
    public MaterialCollector(LabeledSet labeledSet, boolean leaveOutNear, Optional<Path> overflow) {
        this.labeledSet = labeledSet;
        this.leaveOutNear = leaveOutNear;
        this.labeled = labeledSet.training().select(id -> true);
        this.unlabeled = new ImagePool(labeledSet.shape().size(), overflow);
        this.judging = new NearCopies(labeledSet.shape());
        this.learned = new NearCopies(labeledSet.shape());
        known.addAll(labeledSet.training().ids());
        known.addAll(labeledSet.anchor().ids());
        ImagePool anchor = labeledSet.anchor().images();
        for (int i = 0; i < anchor.size(); i++) {
            addJudging(anchor.get(i));
        }
    }

    /** Whether an image is neither of the labeled set nor was asked about before. Then it is known. */
    public boolean isNew(ImageId id) {
        return known.add(id);
    }

    /** An image that judges, of which no near copy is learned from. */
    public void addJudging(byte[] image) {
        if (leaveOutNear) {
            judging.add(judging.fingerprint(image));
        }
    }

    /** @param label index of the class */
    public void addLabeled(ImageId id, byte[] image, int label) {
        labeled.add(id, image, label);
    }

    public void addUnlabeled(ImageId id, byte[] image) {
        unlabeled.add(image);
        unlabeledIds.add(id);
    }

    /** @param position where in {@code freshet.unlabeled} the image lies; said of all unlabeled images, or of none */
    public void addUnlabeled(ImageId id, byte[] image, TopicPosition position) {
        addUnlabeled(id, image);
        positions.add(position);
    }

    /** What was gathered; see {@link #material(long, Consumer)}. */
    public Material material(long erasures) {
        return material(erasures, id -> {});
    }

    /**
     * What was gathered. The collector is not used after that.
     *
     * @param erasures offset of {@code freshet.erasure} below which all erasures were heeded; 0 where none are known
     * @param audience told of each image that is learned from
     */
    public Material material(long erasures, Consumer<ImageId> audience) {
        int before = labeled.size() + unlabeled.size();
        LabeledImages labeledApart =
                labeled.selectPlaces(place -> isApart(labeled.images().get(place)));
        MessageDigest ids = Sha256.digest();
        Positions positionsApart = new Positions();
        unlabeled.retain(place -> {
            boolean stays = isApart(unlabeled.get(place));
            if (stays) {
                audience.accept(unlabeledIds.get(place));
                ids.update(unlabeledIds.get(place).bytes());
                if (positions.size() > place) {
                    positionsApart.add(positions.get(place));
                }
            }
            return stays;
        });
        int leftOut = before - labeledApart.size() - unlabeled.size();
        if (leftOut > 0) {
            LOG.info("{} of {} images are near copies of images that judge, and left out", leftOut, before);
        }
        ids.update(labeledSet.sha256().getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < labeledApart.size(); i++) {
            audience.accept(labeledApart.id(i));
            ids.update(labeledApart.id(i).bytes());
            ids.update((byte) labeledApart.label(i));
        }
        return new Material(
                labeledSet,
                labeledApart,
                unlabeled,
                positionsApart,
                leftOut,
                leaveOutNear ? Optional.of(learned) : Optional.empty(),
                HexFormat.of().formatHex(ids.digest()),
                erasures);
    }

    /** Whether an image may be learned from, which it then is. */
    private boolean isApart(byte[] image) {
        if (!leaveOutNear) {
            return true;
        }
        Fingerprint fingerprint = learned.fingerprint(image);
        boolean apart = !judging.contains(fingerprint);
        if (apart) {
            learned.add(fingerprint);
        }
        return apart;
    }
}
