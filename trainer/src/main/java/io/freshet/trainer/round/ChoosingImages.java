package io.freshet.trainer.round;

import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.evaluation.SplitSample;

/** The images that choose among a round's candidates. None of them may judge the one that is chosen. */
public interface ChoosingImages {

    /**
     * Labeled images of the traffic, as of now.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    LabeledImages traffic() throws InterruptedException;

    /** Images of the anchor. */
    LabeledImages labeled(LabeledSet labeledSet);

    /**
     * Half of the audit sample and half of the anchor; the other halves judge.
     *
     * @param most images of the audit sample, both halves together
     */
    static ChoosingImages halves(AuditImages audit, int most) {
        return new ChoosingImages() {
            @Override
            public LabeledImages traffic() throws InterruptedException {
                return SplitSample.of(audit.recent(most)).choosing();
            }

            @Override
            public LabeledImages labeled(LabeledSet labeledSet) {
                return SplitSample.of(labeledSet.anchor()).choosing();
            }
        };
    }

    /**
     * Half of the audit sample and all of the anchor, where a sample of its own judges in the anchor's place.
     *
     * @param most images of the audit sample, both halves together
     */
    static ChoosingImages wholeAnchor(AuditImages audit, int most) {
        ChoosingImages halves = halves(audit, most);
        return new ChoosingImages() {
            @Override
            public LabeledImages traffic() throws InterruptedException {
                return halves.traffic();
            }

            @Override
            public LabeledImages labeled(LabeledSet labeledSet) {
                return labeledSet.anchor();
            }
        };
    }
}
