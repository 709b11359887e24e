package io.freshet.trainer.round;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A way from the model in service to a student. A round tries several and takes the best. */
public enum Candidate {
    /** The control, where there is one: the network trained on with labels alone, which unlabeled images have to beat. */
    LABELS,

    /** The model in service with its batch-norm statistics moved to the traffic: not a step of training. */
    BATCH_NORM,

    /** A noisy student that begins from the teacher's weights: quick to adapt. */
    STUDENT,

    /** Online consistency from the teacher's weights: its labels are refreshed while it learns. */
    CONSISTENCY,

    /** A noisy student from weights drawn anew: slower, and less bound to the teacher's mistakes. */
    SCRATCH;

    /** Whether it takes steps of training on unlabeled images. */
    boolean learnsFromTraffic() {
        return switch (this) {
            case LABELS, BATCH_NORM -> false;
            case STUDENT, CONSISTENCY, SCRATCH -> true;
        };
    }

    /** All labels, for messages. */
    static List<String> labels() {
        return Arrays.stream(values()).map(Candidate::label).toList();
    }

    /** The candidate of that {@link #label}; there must be one. */
    static Candidate labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The name by which people and records know it, for example {@code batch-norm}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
