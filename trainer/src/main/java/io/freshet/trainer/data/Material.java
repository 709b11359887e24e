package io.freshet.trainer.data;

import io.freshet.protocol.image.Fingerprint;
import java.util.Optional;

/**
 * What a round learns from, and what judges it. None of the images that judge is among those that it learns from, nor a near
 * copy of one, and none of either is erased.
 *
 * @param labeledSet what people labeled before the stream began
 * @param labeled images to learn from: those of the labeled set, and those of the stream that people have labeled
 * @param positions where in {@code freshet.unlabeled} the unlabeled images lie; none if they did not come from there
 * @param leftOut images that would have been learned from, were they no near copies of images that judge
 * @param learned from, with or without labels, to find near copies of; absent if they are not looked for
 * @param sha256 over all ids in their order, in hexadecimal: another one says that these are other images
 * @param erasures offset of {@code freshet.erasure} below which all erasures were heeded
 */
public record Material(
        LabeledSet labeledSet,
        LabeledImages labeled,
        ImagePool unlabeled,
        Positions positions,
        int leftOut,
        Optional<NearCopies> learned,
        String sha256,
        long erasures) {

    /** Of images that lie at hand, not in Kafka: all are learned from, and nothing is ever erased. */
    public static Material of(LabeledSet labeledSet, ImagePool unlabeled) {
        return new Material(labeledSet, labeledSet.training(), unlabeled, new Positions(), 0, Optional.empty(), "", 0);
    }

    /** Images that may judge: those that are no near copies of what is learned from. */
    public LabeledImages apart(LabeledImages judging) {
        return learned.map(copies -> judging.selectPlaces(place -> {
                    Fingerprint fingerprint =
                            copies.fingerprint(judging.images().get(place));
                    return !copies.contains(fingerprint);
                }))
                .orElse(judging);
    }
}
