package io.freshet.trainer.data;

import io.freshet.protocol.ImageId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Gathers what a round learns from, image by image, each once, and none that the labeled set has already: whoever reads
 * images, from Kafka or from a disk, hands them over here. Not thread safe.
 */
public final class MaterialCollector {

    private final LabeledSet labeledSet;
    private final LabeledImages labeled;
    private final ImagePool unlabeled;
    private final Set<ImageId> known = new HashSet<>();
    private final MessageDigest ids = sha256();

    public MaterialCollector(LabeledSet labeledSet) {
        this.labeledSet = labeledSet;
        this.labeled = labeledSet.training().select(id -> true);
        this.unlabeled = new ImagePool(labeledSet.shape().size());
        known.addAll(labeledSet.training().ids());
        known.addAll(labeledSet.anchor().ids());
    }

    /** Whether an image is neither of the labeled set nor was asked about before. Then it is known. */
    public boolean isNew(ImageId id) {
        return known.add(id);
    }

    /** @param label index of the class */
    public void addLabeled(ImageId id, byte[] image, int label) {
        labeled.add(id, image, label);
    }

    public void addUnlabeled(ImageId id, byte[] image) {
        unlabeled.add(image);
        ids.update(id.bytes());
    }

    /**
     * What was gathered. The collector is not used after that.
     *
     * @param erasures offset of {@code freshet.erasure} below which all erasures were heeded; 0 where none are known
     */
    public Material material(long erasures) {
        ids.update(labeledSet.sha256().getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < labeled.size(); i++) {
            ids.update(labeled.id(i).bytes());
            ids.update((byte) labeled.label(i));
        }
        return new Material(labeledSet, labeled, unlabeled, HexFormat.of().formatHex(ids.digest()), erasures);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }
}
