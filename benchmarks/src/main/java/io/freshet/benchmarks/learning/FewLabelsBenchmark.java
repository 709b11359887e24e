package io.freshet.benchmarks.learning;

import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures learning from few labels, where the traffic is like the labeled images. */
@Command(
        name = "few-labels",
        mixinStandardHelpOptions = true,
        description = {
            "Measure learning from few labels and unlabeled images like them. Students begin from the first model. The"
                    + " control goes on from it with labels alone, once with each magnitude of augmentation; of these"
                    + " and the first model the one that does best on validation images stands. It takes as many steps"
                    + " as a student of batches as large, times a factor, for a student's step may cost more. The test"
                    + " images choose nothing.",
            "Writes Markdown to the standard output, and progress to the error output."
        })
public final class FewLabelsBenchmark implements Callable<Integer> {

    private static final int FIRST = 3;
    private static final int CONTROL = 4;

    @Mixin
    private final Recipe recipe = new Recipe();

    @Option(
            names = "--magnitudes",
            split = ",",
            defaultValue = ".2,.5",
            description = "Of the augmentation of controls (default: ${DEFAULT-VALUE}).")
    private List<Double> magnitudes = List.of();

    @Option(
            names = "--control-factor",
            defaultValue = "1.3",
            description = "Steps of a control for each of a student's (default: ${DEFAULT-VALUE}).")
    private double controlFactor;

    @Option(
            names = "--candidates",
            split = ",",
            defaultValue = "CONSISTENCY",
            description = "Of STUDENT, CONSISTENCY, SCRATCH (default: ${DEFAULT-VALUE}).")
    private List<Candidate> candidates = List.of();

    /** Shares of wrong images. */
    private record Errors(double validation, double test) {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FewLabelsBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        LabeledSet set = recipe.read();
        RoundConfig config = recipe.config();
        List<String> rows = new ArrayList<>();
        for (long seed : recipe.seeds()) {
            recipe.inLab(config, seed, lab -> rows.addAll(run(config, recipe.deal(set, seed), seed, lab)));
        }
        System.out.println("| seed | model | error | ratio |\n|---|---|---|---|");
        rows.forEach(System.out::println);
        return 0;
    }

    private List<String> run(RoundConfig config, Parts parts, long seed, Lab lab)
            throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>();
        lab.write(parts.shape(), parts.classes().size(), FIRST);
        try (TrainableModel model = lab.load()) {
            LabeledBatches labels = new LabeledBatches(parts.labeled(), config.smoothing());
            lab.train(model, config.initial(), FIRST, labels, "first");
            model.save(lab.weights("first"));
            Errors control = errors(model, parts);
            rows.add(row(seed, "first model", control, control));
            for (double magnitude : magnitudes) {
                model.restore(lab.weights("first"));
                lab.train(model, control(config, magnitude), CONTROL, labels, "control-" + magnitude);
                Errors errors = errors(model, parts);
                rows.add(row(seed, "labels alone, magnitude " + magnitude, errors, errors));
                control = errors.validation() < control.validation() ? errors : control;
            }
            rows.add(row(seed, "**control**: the best of these on validation images", control, control));
            Material material = parts.material(parts.traffic());
            for (Candidate candidate : candidates) {
                lab.learn(model, lab.weights("first"), candidate, material, "student");
                rows.add(row(seed, candidate.label(), errors(model, parts), control));
            }
        }
        return rows;
    }

    private TrainingConfig control(RoundConfig config, double magnitude) {
        TrainingConfig student = config.student();
        return Recipe.with(student.withSteps((int) Math.round(controlFactor * student.steps())), magnitude);
    }

    private static Errors errors(TrainableModel model, Parts parts) {
        return new Errors(Lab.error(model, parts.validation()), Lab.error(model, parts.test()));
    }

    private static String row(long seed, String model, Errors errors, Errors control) {
        String row = String.format(
                Locale.ROOT,
                "| %d | %s | %.2f | %.3f |",
                seed,
                model,
                100 * errors.test(),
                errors.test() / control.test());
        System.err.println(row);
        return row;
    }
}
