package io.freshet.benchmarks.learning;

import io.freshet.benchmarks.learning.ShiftRun.Outcome;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final Recipe recipe = new Recipe();

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
        LabeledSet set = recipe.read();
        RoundConfig config = recipe.config();
        List<Outcome> outcomes = new ArrayList<>();
        for (long seed : recipe.seeds()) {
            recipe.inLab(config, seed, lab -> {
                ShiftRun run = new ShiftRun(config, recipe.deal(set, seed), seed, lab);
                run.prepare();
                for (Corruption corruption : corruptions) {
                    Outcome outcome = run.run(corruption, candidates);
                    System.err.println(outcome);
                    outcomes.add(outcome);
                }
            });
        }
        System.out.print(ShiftTable.of(outcomes, candidates));
        return 0;
    }
}
