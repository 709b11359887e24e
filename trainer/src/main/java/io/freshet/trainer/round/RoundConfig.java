package io.freshet.trainer.round;

import io.freshet.engine.SessionOptions;
import io.freshet.trainer.gate.GateConfig;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import java.util.List;

/**
 * How models are made and judged.
 *
 * @param initial how the first model is trained, on labels alone
 * @param initialArchitecture of the first model
 * @param student how students, and their controls, are trained
 * @param studentArchitecture of students; empty for that of the model in service
 * @param candidates ways to a student, of which a round takes the one that does best
 * @param mirror whether an image and its mirror image are of one class
 * @param labels how the teacher's answers become pseudo-labels
 * @param labeledShare of each of the student's batches that is labeled images, in (0, 1]
 * @param smoothing of true labels, in [0, 1)
 * @param control whether the same network is trained for the same steps on labels alone, to compare with and to be the
 *     candidate {@code labels}. It costs as much as a student, and nothing else shows whether the unlabeled images helped
 * @param auditImages the most recent labeled audit images, half of which choose among candidates, and half judge
 * @param mixedPrecision whether models are trained and judged, and then served, with 16 bits where the machine is faster
 *     with them
 * @param seed of the first round; each later round's is one higher
 */
public record RoundConfig(
        TrainingConfig initial,
        String initialArchitecture,
        TrainingConfig student,
        String studentArchitecture,
        List<Candidate> candidates,
        boolean mirror,
        LabelPolicy labels,
        double labeledShare,
        double smoothing,
        boolean control,
        int auditImages,
        boolean mixedPrecision,
        GateConfig gate,
        int seed) {

    public RoundConfig {
        candidates = List.copyOf(candidates);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("A round needs a candidate for the student: " + Candidate.labels());
        }
        if (!(labeledShare > 0 && labeledShare <= 1)) {
            throw new IllegalArgumentException("The labeled share must lie in (0, 1], not at " + labeledShare);
        }
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("Label smoothing must lie in [0, 1), not at " + smoothing);
        }
        if (auditImages < 2) {
            throw new IllegalArgumentException("At least two audit images choose and judge, not " + auditImages);
        }
        if (seed < 0) {
            throw new IllegalArgumentException("The seed must not be negative: " + seed);
        }
    }

    /** The same with other hyper-parameters for the first model and for students. */
    public RoundConfig with(TrainingConfig otherInitial, TrainingConfig otherStudent) {
        return copy(otherInitial, initialArchitecture, otherStudent, seed);
    }

    private RoundConfig copy(
            TrainingConfig otherInitial, String otherArchitecture, TrainingConfig otherStudent, int otherSeed) {
        return new RoundConfig(
                otherInitial,
                otherArchitecture,
                otherStudent,
                studentArchitecture,
                candidates,
                mirror,
                labels,
                labeledShare,
                smoothing,
                control,
                auditImages,
                mixedPrecision,
                gate,
                otherSeed);
    }

    /** The same with another architecture for the first model. */
    public RoundConfig withArchitecture(String other) {
        return copy(initial, other, student, seed);
    }

    public RoundConfig withSeed(int other) {
        return copy(initial, initialArchitecture, student, other);
    }

    /** How models of a round run. */
    public SessionOptions sessions() {
        return SessionOptions.forTraining().withMixedPrecision(mixedPrecision);
    }

    /** Steps that a candidate takes in a round. */
    int stepsOf(Candidate candidate) {
        return candidate == Candidate.BATCH_NORM ? 0 : student.steps();
    }

    /** Whether students have the architecture that the model in service has. */
    boolean keepsArchitecture(String champion) {
        return studentArchitecture.isEmpty() || studentArchitecture.equals(champion);
    }

    public static RoundConfig defaults() {
        return new RoundConfig(
                new TrainingConfig(4_000, 64, .3, .1, 5e-4, .995, new Noise(.2, .1, .05), 200),
                "residual-16",
                new TrainingConfig(4_000, 64, .1, .05, 5e-4, .995, new Noise(.3, .1, .05), 200),
                "",
                List.of(Candidate.values()),
                true,
                new LabelPolicy(.7, .3, .5),
                .5,
                0,
                true,
                2_000,
                false,
                GateConfig.defaults(),
                1);
    }
}
