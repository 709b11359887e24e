package io.freshet.benchmarks.learning;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.learning.Teacher;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.CandidateBatches;
import io.freshet.trainer.round.RoundConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where one seed's models are trained, with the trainer's own classes, all of one network: weights are kept by name, and a
 * model is one set of them at a time. The folder is emptied by whoever gave it.
 */
final class Lab {

    private static final int ADAPT = 1;
    private static final int STUDENT = 6;

    private final RoundConfig config;
    private final long seed;
    private final Path folder;
    private final Consumer<String> progress;

    Lab(RoundConfig config, long seed, Path folder, Consumer<String> progress) {
        this.config = config;
        this.seed = seed;
        this.folder = folder;
        this.progress = progress;
    }

    /** The same lab, where candidates learn otherwise. */
    Lab with(RoundConfig other) {
        return new Lab(other, seed, folder, progress);
    }

    /** Writes the network, its weights drawn from the seed. */
    void write(ImageShape shape, int classes, int role) throws IOException {
        TrainableModelSpec spec = config.network(config.initialArchitecture(), shape, classes);
        TrainableModelWriter.write(spec, seed(role), folder.resolve("model"));
    }

    /** The network with the weights that it was written with; the caller closes it. */
    TrainableModel load() {
        return TrainableModel.load(folder.resolve("model"), config.sessions());
    }

    /** Where the weights of that name are saved to and restored from. */
    Path weights(String name) {
        return folder.resolve(name + "-weights");
    }

    void train(TrainableModel model, TrainingConfig how, int role, BatchSource source, String name)
            throws InterruptedException {
        Training.Result result = new Training(how, seed(role), (taken, steps, loss, images) -> {})
                .run(model, source, new Checkpoints(folder.resolve(name)));
        progress.accept(
                name + ": " + result.steps() + " steps in " + result.time().toSeconds() + " s");
    }

    /** Trains a candidate as a round does: the teacher adapts, labels, and is what the candidate begins from. */
    void learn(TrainableModel model, Path teacherWeights, Candidate candidate, Material material, String name)
            throws InterruptedException {
        model.restore(teacherWeights);
        Teacher teacher = new Teacher(model);
        adapt(model, material);
        if (candidate == Candidate.BATCH_NORM) {
            return;
        }
        PseudoLabels labels = teacher.label(material.unlabeled(), config.labels());
        if (candidate == Candidate.SCRATCH) {
            model.initialize(seed(STUDENT));
        }
        BatchSource source = CandidateBatches.of(candidate, config, material, labels, model);
        train(model, config.student(), STUDENT, source, name + "-" + candidate.label());
    }

    /** Moves the batch-norm statistics to the traffic's. */
    void adapt(TrainableModel model, Material material) {
        new Teacher(model).adapt(material.unlabeled(), seed(ADAPT));
    }

    /** The share of the images that the model gets wrong. */
    static double error(TrainableModel model, LabeledImages images) {
        return (double) Evaluator.judge(model.classifier(), images).errors() / images.size();
    }

    /** The seed of one of the things that are random; {@code role} tells them apart. */
    long seed(int role) {
        return (seed * 31 + role) & 0xffff_ffffL;
    }
}
