package io.freshet.trainer.round;

import io.freshet.trainer.learning.TrainingProgress;

/** Is told how training in a round goes. */
@FunctionalInterface
public interface RoundProgress {

    /** What is trained in a round. */
    enum Role {
        /** The search for hyper-parameters. */
        SEARCH,
        STUDENT,
        CONTROL
    }

    /** The one to tell of the steps of a role. */
    TrainingProgress of(Role role);

    /** The one to tell of the steps of a candidate for the student. */
    default TrainingProgress of(Candidate candidate) {
        return of(Role.STUDENT);
    }
}
