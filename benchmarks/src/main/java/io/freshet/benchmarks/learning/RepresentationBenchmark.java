package io.freshet.benchmarks.learning;

import io.freshet.benchmarks.learning.RepresentationRun.Outcome;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.trainer.architecture.SelfSupervision;
import io.freshet.trainer.data.LabeledSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what a network learns from images that nobody labels, before there is a model. */
@Command(
        name = "representation",
        mixinStandardHelpOptions = true,
        description = {
            "Measure learning without labels: a network is pretrained by each method, and its frozen embeddings are judged"
                    + " by a linear probe and by their nearest neighbours, beside those of random weights. Then it is"
                    + " trained on with few labels, beside a network that begins from random weights and sees as many"
                    + " images in all, each time that it sees one counted. The test images choose nothing.",
            "Writes Markdown to the standard output, and progress to the error output."
        })
public final class RepresentationBenchmark implements Callable<Integer> {

    @Option(
            names = "--dataset",
            paramLabel = "FOLDER",
            required = true,
            description = "The folders train and test with a folder of images for each class, or Fashion-MNIST's IDX"
                    + " files.")
    private Path dataset = Path.of("");

    @Option(
            names = "--architecture",
            defaultValue = "residual-16",
            description = "The network (default: ${DEFAULT-VALUE}).")
    private String architecture = "";

    @Option(
            names = "--methods",
            split = ",",
            defaultValue = "simclr,barlow-twins",
            description = "Of simclr, barlow-twins (default: ${DEFAULT-VALUE}).")
    private List<String> methods = List.of();

    @Option(
            names = "--unlabeled",
            defaultValue = "46000",
            description = "Images to learn from without labels (default: ${DEFAULT-VALUE}).")
    private int unlabeled;

    @Option(
            names = "--labels",
            defaultValue = "1000",
            description = "Labeled images to train on with (default: ${DEFAULT-VALUE}).")
    private int labels;

    @Option(
            names = "--probe-labels",
            defaultValue = "10000",
            description = "Labeled images that the probe and the neighbours know (default: ${DEFAULT-VALUE}).")
    private int probeLabels;

    @Option(names = "--judged", defaultValue = "10000", description = "Test images (default: ${DEFAULT-VALUE}).")
    private int judged;

    @Option(
            names = "--validation",
            description = "Judge by 2,000 held-out training images in place of test images: to choose settings.")
    private boolean validation;

    @Option(names = "--steps", defaultValue = "2000", description = "Steps of pretraining (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--batch-size",
            defaultValue = "256",
            description = "Images of a batch of pretraining, each in two views (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(names = "--learning-rate", description = "Of pretraining (default: that of each method).")
    private double learningRate;

    @Option(
            names = "--label-steps",
            defaultValue = "1000",
            description = "Steps of training on, of 64 images; 0 for none (default: ${DEFAULT-VALUE}).")
    private int labelSteps;

    @Option(names = "--mixed-precision", description = "Pretrain with 16 bits where the machine is faster with them.")
    private boolean mixedPrecision;

    @Option(
            names = "--seeds",
            split = ",",
            defaultValue = "1",
            description = "One run each (default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RepresentationBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<SelfSupervision> chosen =
                methods.stream().map(SelfSupervision::named).toList();
        LabeledSet set = LearningSet.read(dataset);
        RepresentationRun.Settings settings = new RepresentationRun.Settings(
                architecture, steps, batchSize, learningRate, labelSteps, probeLabels, validation, mixedPrecision);
        List<Outcome> outcomes = new ArrayList<>();
        for (long seed : seeds) {
            Path folder = Files.createTempDirectory("freshet-representation");
            try {
                RepresentationRun run = new RepresentationRun(
                        settings, Parts.deal(set, labels, unlabeled, judged, seed), seed, folder, System.err::println);
                outcomes.addAll(run.run(chosen));
            } finally {
                FileTree.delete(folder);
            }
        }
        System.out.println(
                "| seed | network begins from | images seen before labels | with labels | linear probe | k-NN |"
                        + " trained on with " + labels + " labels |\n|---|---|---|---|---|---|---|");
        outcomes.forEach(outcome -> System.out.println(row(outcome)));
        return 0;
    }

    private static String row(Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "| %d | %s | %,d | %,d | %.1f | %.1f | %s |",
                outcome.seed(),
                outcome.start(),
                outcome.seenWithoutLabels(),
                outcome.seenWithLabels(),
                100 * outcome.quality().linear(),
                100 * outcome.quality().neighbours(),
                outcome.labeled().isPresent()
                        ? String.format(
                                Locale.ROOT, "%.1f", 100 * outcome.labeled().getAsDouble())
                        : "");
    }
}
