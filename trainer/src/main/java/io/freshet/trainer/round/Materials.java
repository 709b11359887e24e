package io.freshet.trainer.round;

import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.trainer.data.Material;

/** Where a round gets what it learns from. */
@FunctionalInterface
public interface Materials {

    /**
     * The images of a snapshot: the same ones in the same order each time.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Material read(Snapshotted snapshot) throws InterruptedException;
}
