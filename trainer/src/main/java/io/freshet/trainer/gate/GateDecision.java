package io.freshet.trainer.gate;

import java.util.List;

/** Whether a student goes into service. */
public sealed interface GateDecision {

    record Promote() implements GateDecision {}

    /** @param reasons for people, one or more */
    record Hold(List<String> reasons) implements GateDecision {

        public Hold {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("A student is held for a reason");
            }
        }
    }
}
