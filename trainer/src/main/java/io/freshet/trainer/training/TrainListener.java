package io.freshet.trainer.training;

import io.freshet.trainer.learning.TrainingProgress;

/** Is told how a call of training goes, on the thread that trains. */
public interface TrainListener {

    /** Something has begun, or was found out: a line for people. */
    void say(String line);

    /** The one to tell of the steps of a part. */
    TrainingProgress progress(String part);
}
