package io.freshet.trainer.round;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.gate.GateConfig;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How models are made and judged.
 *
 * @param initial how the first model is trained, on labels alone
 * @param initialArchitecture of the first model
 * @param initFrom folder of a model of that architecture, pretrained or other, from whose weights below the head the
 *     first model begins; empty to begin from random weights
 * @param student how students, and their controls, are trained
 * @param studentArchitecture of students; empty for that of the model in service, {@value #LARGER} for the next of its
 *     family, which is larger with each version
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
 * @param replicas of a network that Freshet makes, among which a step of training shares its batch: as many as the node
 *     has GPUs. A model keeps those that it was made with, and hands them on to students of its own architecture
 * @param initialModel folder of a trainable SavedModel that a user brings: the first model is that one, trained on from the
 *     weights that it comes with; empty to make one of {@code initialArchitecture}
 * @param seed of the first round; each later round's is one higher
 */
public record RoundConfig(
        TrainingConfig initial,
        String initialArchitecture,
        Optional<Path> initFrom,
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
        int replicas,
        GateConfig gate,
        Optional<Path> initialModel,
        int seed) {

    private static final String LARGER = "larger";
    private static final String BROUGHT = "brought:";

    public RoundConfig {
        Architecture.named(initialArchitecture); // refuses what is none, before a round meets it
        if (!studentArchitecture.isEmpty() && !studentArchitecture.equals(LARGER)) {
            Architecture.named(studentArchitecture);
        }
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
        int images = Math.min(initial.batchSize(), student.batchSize());
        if (replicas < 1 || 2 * replicas > images) {
            throw new IllegalArgumentException(
                    "A network has a replica at least, and each takes two images of a batch or" + " more, not "
                            + replicas + " replicas with batches of " + images);
        }
        if (auditImages < 2) {
            throw new IllegalArgumentException("At least two audit images choose and judge, not " + auditImages);
        }
        if (initialModel.isPresent() && studentArchitecture.equals(LARGER)) {
            throw new IllegalArgumentException(
                    noneLarger(BROUGHT + initialModel.get().getFileName()));
        }
        if (initFrom.isPresent() && initialModel.isPresent()) {
            throw new IllegalArgumentException(
                    "The first model either begins from a backbone (initFrom) or is brought (initialModel), not both");
        }
        if (seed < 0) {
            throw new IllegalArgumentException("The seed must not be negative: " + seed);
        }
    }

    /** The same with other hyper-parameters for the first model and for students. */
    public RoundConfig with(TrainingConfig otherInitial, TrainingConfig otherStudent) {
        return copy(otherInitial, initialArchitecture, initFrom, otherStudent, seed);
    }

    private RoundConfig copy(
            TrainingConfig otherInitial,
            String otherArchitecture,
            Optional<Path> otherInitFrom,
            TrainingConfig otherStudent,
            int otherSeed) {
        return new RoundConfig(
                otherInitial,
                otherArchitecture,
                otherInitFrom,
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
                replicas,
                gate,
                initialModel,
                otherSeed);
    }

    /** The same with another architecture for the first model. */
    public RoundConfig withArchitecture(String other) {
        return copy(initial, other, initFrom, student, seed);
    }

    /** The same with a first model that begins from the weights of another below the head. */
    public RoundConfig withInitFrom(Path folder) {
        return copy(initial, initialArchitecture, Optional.of(folder), student, seed);
    }

    public RoundConfig withSeed(int other) {
        return copy(initial, initialArchitecture, initFrom, student, other);
    }

    /** How models of a round run. */
    public SessionOptions sessions() {
        return SessionOptions.forTraining().withMixedPrecision(mixedPrecision);
    }

    /** What a network of that architecture is built for. */
    public TrainableModelSpec network(String architecture, ImageShape shape, int classes) {
        return new TrainableModelSpec(
                Architecture.named(architecture),
                shape.height(),
                shape.width(),
                shape.channels(),
                classes,
                mirror,
                replicas);
    }

    /** Steps that a candidate takes in a round. */
    int stepsOf(Candidate candidate) {
        return candidate == Candidate.BATCH_NORM ? 0 : student.steps();
    }

    /** What the first model's architecture is called. */
    String initialName() {
        return initialModel.map(folder -> BROUGHT + folder.getFileName()).orElse(initialArchitecture);
    }

    /** Whether students have the architecture that the model in service has. */
    boolean keepsArchitecture(String champion) {
        return studentArchitecture(champion).equals(champion);
    }

    /** The architecture of students of a model in service of that one. */
    String studentArchitecture(String champion) {
        return switch (studentArchitecture) {
            case "" -> champion;
            case LARGER -> larger(champion);
            default -> studentArchitecture;
        };
    }

    private static String larger(String champion) {
        if (champion.startsWith(BROUGHT)) {
            throw new IllegalArgumentException(noneLarger(champion));
        }
        return Architecture.named(champion).larger().name();
    }

    private static String noneLarger(String brought) {
        return "studentArchitecture: " + LARGER + " cannot tell what is larger than the network '" + brought
                + "': name one, or leave it empty to keep that";
    }

    public static RoundConfig defaults() {
        return new RoundConfig(
                new TrainingConfig(4_000, 64, .3, .1, 5e-4, .995, new Noise(.2, .1, .05), 200),
                "residual-16",
                Optional.empty(),
                new TrainingConfig(4_000, 64, .1, .05, 5e-4, .995, new Noise(.3, .1, .05), 200),
                "",
                List.of(Candidate.values()),
                true,
                new LabelPolicy(.7, .3, .5),
                .75,
                0,
                true,
                2_000,
                false,
                1,
                GateConfig.defaults(),
                Optional.empty(),
                1);
    }
}
