package io.freshet.benchmarks.learning;

import io.freshet.engine.SessionOptions;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.evaluation.corruption.Corruption;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.LabeledBatches;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One seed of the regime {@code shift}: a first model from clean labels, a control that goes on with them, and for each
 * corruption the candidates that begin from the first model and take as many steps as the control.
 */
final class ShiftRun {

    private static final int BISECTIONS = 7;
    private static final double WANTED = 2;
    private static final int ADAPT = 1;
    private static final int FIRST = 3;
    private static final int CONTROL = 4;
    private static final int STUDENT = 6;
    private static final int VALIDATION = 7;
    private static final int TRAFFIC = 8;
    private static final int TEST = 9;

    private final RoundConfig config;
    private final Parts parts;
    private final long seed;
    private final Path folder;
    private final Consumer<String> progress;

    /** Shares of the test images that are wrong, corrupted and as they were. */
    record Errors(double shifted, double clean) {

        double mean() {
            return (shifted + clean) / 2;
        }
    }

    /**
     * What one corruption showed.
     *
     * @param control on labels alone
     * @param adapted the control with its batch-norm statistics moved to the traffic
     * @param candidates by what they learned with
     */
    record Outcome(
            long seed,
            Corruption corruption,
            double severity,
            Errors control,
            Errors adapted,
            Map<Candidate, Errors> candidates) {}

    /** @param folder for models, emptied by the caller */
    ShiftRun(RoundConfig config, Parts parts, long seed, Path folder, Consumer<String> progress) {
        this.config = config;
        this.parts = parts;
        this.seed = seed;
        this.folder = folder;
        this.progress = progress;
    }

    /** Trains what all corruptions share: the first model and the control. */
    void prepare() throws IOException, InterruptedException {
        TrainableModelWriter.write(
                new TrainableModelSpec(
                        Architecture.named(config.initialArchitecture()),
                        parts.shape().height(),
                        parts.shape().width(),
                        parts.shape().channels(),
                        parts.classes().size(),
                        config.mirror()),
                seed(FIRST),
                folder.resolve("model"));
        BatchSource labels = new LabeledBatches(parts.labeled(), config.smoothing());
        try (TrainableModel model = load()) {
            train(model, config.initial(), FIRST, labels, "first");
            model.save(first());
            train(model, config.student(), CONTROL, labels, "control");
            model.save(control());
        }
    }

    Outcome run(Corruption corruption, List<Candidate> candidates) throws IOException, InterruptedException {
        try (TrainableModel model = load()) {
            double severity = severity(model, corruption);
            LabeledImages traffic = parts.corrupted(parts.traffic(), corruption, severity, seed(TRAFFIC));
            LabeledImages test = parts.corrupted(parts.test(), corruption, severity, seed(TEST));
            model.restore(control());
            Errors control = errors(model, test);
            new Teacher(model).adapt(traffic.images(), seed(ADAPT));
            Errors adapted = errors(model, test);
            Map<Candidate, Errors> learned = new EnumMap<>(Candidate.class);
            LabeledSet labeled = new LabeledSet(parts.classes(), parts.shape(), parts.labeled(), parts.test());
            Material material = new Material(labeled, parts.labeled(), traffic.images(), "", 0);
            for (Candidate candidate : candidates) {
                learn(model, candidate, material, corruption);
                learned.put(candidate, errors(model, test));
            }
            return new Outcome(seed, corruption, severity, control, adapted, learned);
        }
    }

    /** As a round does it: the teacher adapts, labels, and is what the candidate begins from. */
    private void learn(TrainableModel model, Candidate candidate, Material material, Corruption corruption)
            throws InterruptedException {
        model.restore(first());
        Teacher teacher = new Teacher(model);
        teacher.adapt(material.unlabeled(), seed(ADAPT));
        if (candidate == Candidate.BATCH_NORM) {
            return;
        }
        PseudoLabels labels = teacher.label(material.unlabeled(), config.labels());
        if (candidate == Candidate.SCRATCH) {
            model.initialize(seed(STUDENT));
        }
        train(
                model,
                config.student(),
                STUDENT,
                CandidateBatches.of(candidate, config, material, labels, model),
                corruption + "-" + candidate.label());
    }

    /** The severity at which the control makes twice its clean errors on the validation images, or the highest. */
    private double severity(TrainableModel model, Corruption corruption) {
        model.restore(control());
        int wanted = (int) Math.round(
                WANTED * Evaluator.judge(model.classifier(), parts.validation()).errors());
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            LabeledImages seen = parts.corrupted(parts.validation(), corruption, middle, seed(VALIDATION));
            if (Evaluator.judge(model.classifier(), seen).errors() < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private Errors errors(TrainableModel model, LabeledImages corrupted) {
        return new Errors(error(model, corrupted), error(model, parts.test()));
    }

    private static double error(TrainableModel model, LabeledImages images) {
        return (double) Evaluator.judge(model.classifier(), images).errors() / images.size();
    }

    private void train(TrainableModel model, TrainingConfig how, int role, BatchSource source, String name)
            throws InterruptedException {
        Training.Result result = new Training(how, seed(role), (taken, steps, loss, images) -> {})
                .run(model, source, new Checkpoints(folder.resolve(name)));
        progress.accept(
                name + ": " + result.steps() + " steps in " + result.time().toSeconds() + " s");
    }

    private TrainableModel load() {
        return TrainableModel.load(folder.resolve("model"), SessionOptions.forTraining());
    }

    private Path first() {
        return folder.resolve("first-weights");
    }

    private Path control() {
        return folder.resolve("control-weights");
    }

    private long seed(int role) {
        return (seed * 31 + role) & 0xffff_ffffL;
    }
}
