package io.freshet.trainer.evaluation;

import io.freshet.protocol.ImageId;
import io.freshet.trainer.data.LabeledImages;

/**
 * A labeled sample split in two by image id, so that an image stays on its side when others are added: what chooses among
 * candidates must not judge the chosen one as well, or the luck that got it chosen would count for it again.
 *
 * @param choosing compares candidates while a round goes on
 * @param judging is asked once, at the gate
 */
public record SplitSample(LabeledImages choosing, LabeledImages judging) {

    public static SplitSample of(LabeledImages sample) {
        return new SplitSample(sample.select(SplitSample::chooses), sample.select(id -> !chooses(id)));
    }

    /** By the last bit: the first ones say already which images are of the anchor. */
    private static boolean chooses(ImageId id) {
        return (id.bytes()[31] & 1) == 0;
    }
}
