package io.freshet.trainer.round;

import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.RoundStep.Snapshotted;

/**
 * A round that is under way.
 *
 * @param snapshot what it learns from
 * @param reached the last step that is done
 */
public record Round(String id, Snapshotted snapshot, RoundStep reached) {

    /** The seed of one of the things in the round that are random; {@code role} tells them apart. */
    long seed(int role) {
        return (snapshot.seed() * 31 + role) & 0xffff_ffffL;
    }
}
