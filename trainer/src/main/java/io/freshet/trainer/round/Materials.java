package io.freshet.trainer.round;

import io.freshet.protocol.round.RoundStep.Snapshotted;
import io.freshet.trainer.data.Material;

/** Where a round gets what it learns from. */
public interface Materials {

    /**
     * The images of a snapshot: the same ones in the same order each time, until one of them is erased.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Material read(Snapshotted snapshot) throws InterruptedException;

    /**
     * Whether nothing of it has been erased since it was read.
     *
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    boolean isCurrent(Snapshotted snapshot, Material material) throws InterruptedException;
}
