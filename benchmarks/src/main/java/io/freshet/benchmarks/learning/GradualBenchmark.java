package io.freshet.benchmarks.learning;

import io.freshet.protocol.round.Trial;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.corruption.Corruption;
import io.freshet.trainer.gate.Evidence.Champion;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.round.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures rounds in a row while the traffic drifts away and comes back. */
@Command(
        name = "gradual",
        mixinStandardHelpOptions = true,
        description = {
            "Measure short rounds in a row while the traffic drifts away from the labeled images and comes back. Each"
                    + " round sees new images at its own severity, tries candidates from the model in service, takes"
                    + " the best by labeled images that choose, and asks the gate with others. The control takes the"
                    + " steps of each round on labels alone. The test images choose nothing.",
            "Writes Markdown to the standard output, and progress to the error output."
        })
public final class GradualBenchmark implements Callable<Integer> {

    private static final int FIRST = 3;
    private static final int CONTROL = 4;
    private static final int TEST = 9;
    private static final int ROUND = 20;

    @Mixin
    private final Recipe recipe = new Recipe();

    @Option(
            names = "--corruption",
            defaultValue = "BLUR",
            description = "What becomes of the camera (default: ${DEFAULT-VALUE}).")
    private Corruption corruption = Corruption.BLUR;

    @Option(
            names = "--severities",
            split = ",",
            defaultValue = ".1,.2,.3,.37,.37,.3,.2,.1,0,0",
            description = "Of each round (default: ${DEFAULT-VALUE}).")
    private List<Double> severities = List.of();

    @Option(
            names = "--candidates",
            split = ",",
            defaultValue = "LABELS,BATCH_NORM,STUDENT",
            description =
                    "Of LABELS, which is the control, BATCH_NORM, STUDENT, CONSISTENCY, SCRATCH (default: ${DEFAULT-VALUE}).")
    private List<Candidate> candidates = List.of();

    @Option(
            names = "--audited",
            defaultValue = "800",
            description = "Labeled images of the traffic in each round (default: ${DEFAULT-VALUE}).")
    private int audited;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GradualBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        LabeledSet set = recipe.read();
        RoundConfig config = recipe.config();
        List<String> rows = new ArrayList<>();
        for (long seed : recipe.seeds()) {
            recipe.inLab(config, seed, lab -> rows.addAll(run(config, recipe.deal(set, seed), seed, lab)));
        }
        System.out.println(
                "| seed | round | severity | control | control, batch norm moved | in service before | chosen |"
                        + " gate | in service after |\n|---|---|---|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        return 0;
    }

    private List<String> run(RoundConfig config, Parts parts, long seed, Lab lab)
            throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>();
        lab.write(parts.shape(), parts.classes().size(), FIRST);
        LabeledBatches labels = new LabeledBatches(parts.labeled(), config.smoothing());
        try (TrainableModel model = lab.load()) {
            lab.train(model, config.initial(), FIRST, labels, "first");
            model.save(lab.weights("champion"));
            model.save(lab.weights("control"));
            double bestAnchorError = 1;
            for (int number = 0; number < severities.size(); number++) {
                double severity = severities.get(number);
                LabeledImages test = parts.corrupted(parts.test(), corruption, severity, lab.seed(TEST));
                Material material = parts.material(traffic(parts, number, lab));
                Tribunal tribunal = Tribunal.of(config, parts, corruption, severity, audited, lab.seed(ROUND + number));
                String controls = trainControl(config, labels, number, material, test, model, parts, lab);

                model.restore(lab.weights("champion"));
                Champion champion = tribunal.champion(model);
                bestAnchorError = Math.min(bestAnchorError, champion.bestAnchorError());
                String before = Errors.of(model, test, parts).text();
                Selection selection =
                        new Selection(tribunal.score(model), config.gate().anchorBound());
                Trial chosen = selection
                        .best(tryAll(config, number, material, tribunal, model, lab), 1)
                        .getFirst();
                model.restore(lab.weights(chosen.candidate()));
                boolean promoted = tribunal.promotes(model, held(champion, bestAnchorError));
                if (!promoted) {
                    model.restore(lab.weights("champion"));
                }
                model.save(lab.weights("champion"));
                String row = String.format(
                        Locale.ROOT,
                        "| %d | %d | %.2f | %s | %s | %s | %s | %s |",
                        seed,
                        number + 1,
                        severity,
                        controls,
                        before,
                        chosen.candidate(),
                        promoted ? "promoted" : "held",
                        Errors.of(model, test, parts).text());
                System.err.println(row);
                rows.add(row);
            }
        }
        return rows;
    }

    /** Trains the control on; returns what it makes wrong, as it is and with its batch norm moved. */
    private static String trainControl(
            RoundConfig config,
            LabeledBatches labels,
            int round,
            Material material,
            LabeledImages test,
            TrainableModel model,
            Parts parts,
            Lab lab)
            throws InterruptedException {
        model.restore(lab.weights("control"));
        lab.train(model, config.student(), CONTROL, labels, "control-" + round);
        model.save(lab.weights("control"));
        Errors control = Errors.of(model, test, parts);
        lab.adapt(model, material);
        return control.text() + " | " + Errors.of(model, test, parts).text();
    }

    /** Trains all candidates, and saves the weights of each under its name. */
    private List<Trial> tryAll(
            RoundConfig config, int round, Material material, Tribunal tribunal, TrainableModel model, Lab lab)
            throws InterruptedException {
        List<Trial> trials = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate == Candidate.LABELS) {
                model.restore(lab.weights("control"));
            } else {
                lab.learn(model, lab.weights("champion"), candidate, material, "round-" + round);
            }
            model.save(lab.weights(candidate.label()));
            trials.add(tribunal.tryOut(candidate, config.student().steps(), model));
        }
        return trials;
    }

    /** Held to the lowest error on the anchor of all rounds so far. */
    private static Champion held(Champion champion, double bestAnchorError) {
        return new Champion(
                champion.audit(), champion.anchor(), bestAnchorError, champion.calibrationError(), champion.latency());
    }

    /** Each round has images of its own. */
    private LabeledImages traffic(Parts parts, int round, Lab lab) {
        int each = parts.traffic().size() / severities.size();
        List<Integer> order = LearningSet.order(parts.traffic(), lab.seed(ROUND));
        LabeledImages fresh = LearningSet.pick(parts.traffic(), order, round * each, each);
        return parts.corrupted(fresh, corruption, severities.get(round), lab.seed(ROUND + round));
    }
}
