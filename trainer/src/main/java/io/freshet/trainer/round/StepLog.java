package io.freshet.trainer.round;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.round.RoundStep;

/** Where a round says which step it has taken. */
public interface StepLog {

    void record(String roundId, RoundStep step);

    /** Records the last step and announces the model that goes into service, both or neither. */
    void record(String roundId, RoundStep.Promoted step, ModelAnnouncement announcement);
}
