package io.freshet.benchmarks.learning;

import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.model.TrainableModel;
import java.util.Locale;

/** Shares of the test images that a model gets wrong, as the camera sees them now and as they were. */
record Errors(double shifted, double clean) {

    /** @param shifted the test images as the camera sees them now */
    static Errors of(TrainableModel model, LabeledImages shifted, Parts parts) {
        return new Errors(Lab.error(model, shifted), Lab.error(model, parts.test()));
    }

    double mean() {
        return (shifted + clean) / 2;
    }

    /** In percent: {@code 30.3 / 14.3}. */
    String text() {
        return String.format(Locale.ROOT, "%.1f / %.1f", 100 * shifted, 100 * clean);
    }
}
