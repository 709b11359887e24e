package io.freshet.benchmarks.learning;

import io.freshet.benchmarks.learning.ShiftRun.Outcome;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures learning from traffic that has changed. */
@Command(
        name = "shift",
        mixinStandardHelpOptions = true,
        description = {
            "Measure learning from traffic that has changed: labels are clean, unlabeled and judged images go through a"
                    + " corruption that the augmentation does not contain, at the severity that doubles the control's"
                    + " error on validation images. Students begin from the first model and take as many steps as the"
                    + " control, which takes them on labels alone. The second control is the first with its batch-norm"
                    + " statistics moved to the traffic. The test images choose nothing.",
            "Writes Markdown to the standard output, and progress to the error output."
        })
public final class ShiftBenchmark implements Callable<Integer> {

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
            names = "--seeds",
            split = ",",
            defaultValue = "1",
            description = "One run each (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(names = "--corruptions", split = ",", description = "Of ${COMPLETION-CANDIDATES} (default: all).")
    private List<Corruption> corruptions = List.of(Corruption.values());

    @Option(
            names = "--candidates",
            split = ",",
            defaultValue = "STUDENT,CONSISTENCY",
            description = "Of BATCH_NORM, STUDENT, CONSISTENCY, SCRATCH (default: ${DEFAULT-VALUE}).")
    private List<Candidate> candidates = List.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ShiftBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        LabeledSet set = LearningSet.read(dataset);
        List<Outcome> outcomes = new ArrayList<>();
        for (long seed : seeds) {
            Path folder = Files.createTempDirectory("freshet-shift");
            try {
                ShiftRun run = new ShiftRun(
                        config(), Parts.deal(set, labels, unlabeled, judged, seed), seed, folder, System.err::println);
                run.prepare();
                for (Corruption corruption : corruptions) {
                    Outcome outcome = run.run(corruption, candidates);
                    System.err.println(outcome);
                    outcomes.add(outcome);
                }
            } finally {
                FileTree.delete(folder);
            }
        }
        System.out.print(ShiftTable.of(outcomes, candidates));
        return 0;
    }

    /** The trainer's defaults, over other numbers of steps. */
    private RoundConfig config() {
        RoundConfig defaults = RoundConfig.defaults();
        return new RoundConfig(
                defaults.initial().withSteps(firstSteps),
                defaults.initialArchitecture(),
                defaults.student().withSteps(steps),
                defaults.studentArchitecture(),
                defaults.candidates(),
                defaults.mirror(),
                defaults.labels(),
                defaults.labeledShare(),
                defaults.smoothing(),
                defaults.control(),
                defaults.auditImages(),
                defaults.mixedPrecision(),
                defaults.gate(),
                defaults.initialModel(),
                defaults.seed());
    }
}
