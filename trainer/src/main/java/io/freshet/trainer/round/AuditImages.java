package io.freshet.trainer.round;

import io.freshet.trainer.data.LabeledImages;

/** Where a round gets the audit sample from. */
@FunctionalInterface
public interface AuditImages {

    /**
     * The most recent labeled images of the audit sample, as of now.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    LabeledImages recent(int most) throws InterruptedException;
}
