package io.freshet.trainer.training;

import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.trainer.tuning.Tuning;
import java.util.Optional;

/**
 * What comes of one call of training.
 *
 * @param model ready to serve, and to begin a round from
 * @param unlabeledHelped whether the model has learned from unlabeled images; else it is the supervised one
 * @param verdict of that, in words
 * @param tuning what the search found; empty if none was wanted, or there were too few images for one
 * @param history how the losses went, and what the rounds did
 * @param waterfall what each part took off the error
 */
public record TrainResult(
        ModelBundle model,
        boolean unlabeledHelped,
        String verdict,
        Optional<Tuning> tuning,
        History history,
        Waterfall waterfall) {}
