package io.freshet.benchmarks.learning;

import io.freshet.engine.SessionOptions;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.SelfSupervision;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.learning.TrainingProgress;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.representation.Pretraining;
import io.freshet.trainer.representation.PretrainingConfig;
import io.freshet.trainer.representation.RepresentationProbe;
import io.freshet.trainer.representation.RepresentationQuality;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** One seed of the benchmark of representations: each method, and the random weights that all of them begin from. */
final class RepresentationRun {

    private static final int BATCH = 64;
    private static final int VIEWS = 2;

    private final Settings settings;
    private final Parts parts;
    private final long seed;
    private final Path folder;
    private final Consumer<String> progress;

    /**
     * How to run.
     *
     * @param learningRate of pretraining; 0 for that of each method
     * @param labelSteps of training on with labels; 0 for none
     * @param validation whether validation images judge in place of test images
     */
    record Settings(
            String architecture,
            int steps,
            int batchSize,
            double learningRate,
            int labelSteps,
            int probeLabels,
            boolean validation,
            boolean mixedPrecision) {}

    /**
     * What one beginning showed; shares of the judged images that are right.
     *
     * @param start the method, or that the weights were random
     * @param seenWithoutLabels images, each time that it was seen
     * @param seenWithLabels the same
     * @param labeled after training on with labels
     */
    record Outcome(
            long seed,
            String start,
            long seenWithoutLabels,
            long seenWithLabels,
            RepresentationQuality quality,
            OptionalDouble labeled) {}

    /** @param folder for models, emptied by the caller */
    RepresentationRun(Settings settings, Parts parts, long seed, Path folder, Consumer<String> progress) {
        this.settings = settings;
        this.parts = parts;
        this.seed = seed;
        this.folder = folder;
        this.progress = progress;
    }

    List<Outcome> run(List<SelfSupervision> methods) throws IOException, InterruptedException {
        LabeledImages judging = settings.validation() ? parts.validation() : parts.test();
        List<Integer> all = IntStream.range(0, parts.traffic().size()).boxed().toList();
        RepresentationProbe probe = new RepresentationProbe(
                LearningSet.pick(parts.traffic(), all, 0, settings.probeLabels()),
                judging,
                parts.classes().size());
        List<Outcome> outcomes = new ArrayList<>();
        Optional<RepresentationQuality> random = Optional.empty();
        long seen = (long) VIEWS * settings.batchSize() * settings.steps();
        for (SelfSupervision method : methods) {
            try (Pretraining pretraining =
                    Pretraining.open(config(method), parts.traffic().images(), folder.resolve(method.name()))) {
                if (random.isEmpty()) {
                    random = Optional.of(pretraining.judgeRandom(probe));
                    progress.accept("random weights: " + random.get());
                }
                Training.Result result = pretraining.run(settings.steps(), progressOf(method.name()));
                RepresentationQuality quality = pretraining.judge(probe);
                progress.accept(String.format(Locale.ROOT, "%s: loss %.4f, %s", method.name(), result.loss(), quality));
                Path model = folder.resolve(method.name() + "-model");
                pretraining.writeModel(model);
                outcomes.add(new Outcome(
                        seed,
                        method.name(),
                        seen,
                        trained(settings.labelSteps()),
                        quality,
                        learn(model, settings.labelSteps(), .1, judging)));
            }
        }
        if (random.isPresent()) {
            outcomes.addFirst(fromScratch(random.get(), seen, judging));
        }
        return outcomes;
    }

    /** With labels for as many images as the others see without and with them. */
    private Outcome fromScratch(RepresentationQuality random, long seen, LabeledImages judging)
            throws IOException, InterruptedException {
        int steps = settings.labelSteps() == 0 ? 0 : Math.toIntExact(seen / BATCH) + settings.labelSteps();
        Path model = folder.resolve("random-model");
        TrainableModelWriter.write(spec(), seed, model);
        return new Outcome(seed, "random weights", 0, trained(steps), random, learn(model, steps, .3, judging));
    }

    private static long trained(int steps) {
        return (long) steps * BATCH;
    }

    private OptionalDouble learn(Path folderOfModel, int steps, double rate, LabeledImages judging)
            throws InterruptedException {
        if (steps == 0) {
            return OptionalDouble.empty();
        }
        TrainingConfig how = new TrainingConfig(steps, BATCH, rate, .1, 5e-4, .995, new Noise(.2, .1, .05), steps);
        String name = folderOfModel.getFileName().toString();
        try (TrainableModel model = TrainableModel.load(folderOfModel, SessionOptions.forTraining())) {
            new Training(how, seed, progressOf(name))
                    .run(
                            model,
                            new LabeledBatches(parts.labeled(), 0),
                            new Checkpoints(folder.resolve(name + "-learned")));
            double right =
                    1 - (double) Evaluator.judge(model.classifier(), judging).errors() / judging.size();
            progress.accept(String.format(Locale.ROOT, "%s: %.4f right", name, right));
            return OptionalDouble.of(right);
        }
    }

    private TrainingProgress progressOf(String name) {
        return (taken, steps, loss, images) -> {
            if (taken % Math.max(1, steps / 10) == 0) {
                progress.accept(String.format(Locale.ROOT, "%s: %d of %d, loss %.4f", name, taken, steps, loss));
            }
        };
    }

    private PretrainingConfig config(SelfSupervision method) {
        double rate = settings.learningRate() > 0 ? settings.learningRate() : PretrainingConfig.learningRate(method);
        TrainingConfig training = PretrainingConfig.training(settings.steps(), settings.batchSize(), rate);
        return new PretrainingConfig(method, spec(), training, settings.mixedPrecision(), seed);
    }

    private TrainableModelSpec spec() {
        return new TrainableModelSpec(
                Architecture.named(settings.architecture()),
                parts.shape().height(),
                parts.shape().width(),
                parts.shape().channels(),
                parts.classes().size(),
                true);
    }
}
