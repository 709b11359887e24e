package io.freshet.benchmarks.learning;

import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that programs of this package share: what is learned from, and for how long; all else is the trainer's. */
final class Recipe {

    @Option(
            names = "--dataset",
            paramLabel = "FOLDER",
            defaultValue = "/usr/share/datasets/fashion-mnist",
            description = "Fashion-MNIST's IDX files, or the folders train and test with a folder of images for each"
                    + " class (default: ${DEFAULT-VALUE}, of Debian's package dataset-fashion-mnist).")
    private Path dataset = Path.of("");

    @Option(names = "--labels", defaultValue = "1000", description = "Labeled images (default: ${DEFAULT-VALUE}).")
    private int labels;

    @Option(
            names = "--unlabeled",
            defaultValue = "20000",
            description = "Images of traffic (default: ${DEFAULT-VALUE}).")
    private int unlabeled;

    @Option(names = "--judged", defaultValue = "10000", description = "Test images (default: ${DEFAULT-VALUE}).")
    private int judged;

    @Option(
            names = "--first-steps",
            defaultValue = "1500",
            description = "Steps of the first model (default: ${DEFAULT-VALUE}).")
    private int firstSteps;

    @Option(
            names = "--steps",
            defaultValue = "1500",
            description = "Steps of each student and of the control (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--architecture",
            defaultValue = "residual-16",
            description = "Of all models (default: ${DEFAULT-VALUE}).")
    private String architecture = "";

    @Option(
            names = "--batch",
            defaultValue = "64",
            description = "Images in each batch of a student (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--labeled-share",
            defaultValue = ".75",
            description = "Of each batch of a student (default: ${DEFAULT-VALUE}).")
    private double labeledShare;

    @Option(
            names = "--temperature",
            defaultValue = ".7",
            description = "Of the labels that a model gives (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--magnitude",
            defaultValue = ".3",
            description = "Of the augmentation of students, 0 to 1 (default: ${DEFAULT-VALUE}).")
    private double magnitude;

    @Option(
            names = "--mixed-precision",
            description = "Train in 16 bits what gains by it, on processors that have them (default: off).")
    private boolean mixedPrecision;

    @Option(
            names = "--seeds",
            split = ",",
            defaultValue = "1",
            description = "One run each (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    List<Long> seeds() {
        return seeds;
    }

    LabeledSet read() throws IOException {
        return LearningSet.read(dataset);
    }

    Parts deal(LabeledSet set, long seed) {
        return Parts.deal(set, labels, unlabeled, judged, seed);
    }

    /** What is done for one seed. */
    @FunctionalInterface
    interface Run {
        void in(Lab lab) throws IOException, InterruptedException;
    }

    /** Gives a run of a seed a place to train in, which is gone afterwards. */
    void inLab(RoundConfig config, long seed, Run run) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("freshet-learning");
        try {
            run.in(new Lab(config, seed, folder, System.err::println));
        } finally {
            FileTree.delete(folder);
        }
    }

    RoundConfig config() {
        LabelPolicy defaults = RoundConfig.defaults().labels();
        return config(new LabelPolicy(temperature, defaults.minConfidence(), defaults.balance()));
    }

    /** Takes every label for what it is, and every image as often as it comes. */
    RoundConfig undefended() {
        return config(new LabelPolicy(temperature, 0, 0));
    }

    private RoundConfig config(LabelPolicy policy) {
        RoundConfig defaults = RoundConfig.defaults();
        return new RoundConfig(
                defaults.initial().withSteps(firstSteps),
                architecture,
                defaults.initFrom(),
                student(defaults.student()),
                defaults.studentArchitecture(),
                List.of(Candidate.values()),
                defaults.mirror(),
                policy,
                labeledShare,
                defaults.smoothing(),
                defaults.control(),
                defaults.auditImages(),
                mixedPrecision,
                defaults.replicas(),
                defaults.gate(),
                defaults.initialModel(),
                defaults.seed());
    }

    private TrainingConfig student(TrainingConfig defaults) {
        return with(
                new TrainingConfig(
                        steps,
                        batch,
                        defaults.learningRate(),
                        defaults.warmup(),
                        defaults.weightDecay(),
                        defaults.averageDecay(),
                        defaults.noise(),
                        defaults.checkpointEvery()),
                magnitude);
    }

    /** The same with another magnitude of augmentation. */
    static TrainingConfig with(TrainingConfig config, double magnitude) {
        Noise noise = config.noise();
        return new TrainingConfig(
                config.steps(),
                config.batchSize(),
                config.learningRate(),
                config.warmup(),
                config.weightDecay(),
                config.averageDecay(),
                new Noise(magnitude, noise.dropout(), noise.stochasticDepth()),
                config.checkpointEvery());
    }
}
