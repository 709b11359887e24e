package io.freshet.benchmarks.learning;

import io.freshet.benchmarks.learning.HostileStream.Target;
import io.freshet.ingest.near.KeptImage;
import io.freshet.ingest.near.NearImages;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.gate.Evidence.Champion;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures learning from streams that are messy, or that somebody means to steer the model with. */
@Command(
        name = "hostile",
        mixinStandardHelpOptions = true,
        description = {
            "Measure learning from traffic that has changed and that is besides imbalanced, partly of unknown classes,"
                    + " flooded with near copies, or poisoned. A student learns from it without defences (no labels"
                    + " left out, no balance of classes, no copies dropped, no gate) and with them (the trainer's"
                    + " defaults, near copies dropped as ingest does, and the gate, which judges by half of the images"
                    + " that --audited names). The test images choose nothing.",
            "Writes Markdown to the standard output, and progress to the error output."
        })
public final class HostileBenchmark implements Callable<Integer> {

    private static final int FIRST = 3;
    private static final int CONTROL = 4;
    private static final int TRAFFIC = 8;
    private static final int TEST = 9;
    private static final int STREAM = 10;
    private static final int AUDIT = 11;

    @Mixin
    private final Recipe recipe = new Recipe();

    @Option(names = "--streams", split = ",", description = "Of ${COMPLETION-CANDIDATES} (default: all).")
    private List<HostileStream> streams = List.of(HostileStream.values());

    @Option(names = "--candidate", defaultValue = "STUDENT", description = "What learns (default: ${DEFAULT-VALUE}).")
    private Candidate candidate = Candidate.STUDENT;

    @Option(
            names = "--corruption",
            defaultValue = "BLUR",
            description = "What has become of the camera (default: ${DEFAULT-VALUE}).")
    private Corruption corruption = Corruption.BLUR;

    @Option(names = "--severity", defaultValue = ".37", description = "Its severity (default: ${DEFAULT-VALUE}).")
    private double severity;

    @Option(
            names = "--audited",
            defaultValue = "800",
            description = "Labeled images of the traffic (default: ${DEFAULT-VALUE}).")
    private int audited;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HostileBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        LabeledSet set = recipe.read();
        List<String> rows = new ArrayList<>();
        for (long seed : recipe.seeds()) {
            for (HostileStream stream : streams) {
                recipe.inLab(recipe.config(), seed, lab -> rows.add(run(stream, set, seed, lab)));
            }
        }
        System.out.println(
                "| seed | stream | unlabeled images | control | student without defences | images left by the"
                        + " deduplication | student with them | gate | targets called as wanted: control, without, with |"
                        + "\n|---|---|---|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
        return 0;
    }

    private String run(HostileStream stream, LabeledSet set, long seed, Lab lab)
            throws IOException, InterruptedException {
        RoundConfig defended = recipe.config();
        Parts parts = recipe.deal(stream.known(set), seed);
        LabeledImages seenTest = parts.corrupted(parts.test(), corruption, severity, lab.seed(TEST));
        LabeledImages seenTraffic = parts.corrupted(parts.traffic(), corruption, severity, lab.seed(TRAFFIC));
        LabeledImages others = HostileStream.where(
                set.training(), label -> label >= parts.classes().size());
        LabeledImages seenOthers = parts.corrupted(others, corruption, severity, lab.seed(TRAFFIC));
        List<Target> targets = HostileStream.targets(seenTest, parts.classes().size(), lab.seed(STREAM));
        LabeledImages all = stream.of(seenTraffic, seenOthers, parts.judging(seenTest), targets, lab.seed(STREAM));
        LabeledImages left = withoutCopies(all, parts);
        lab.write(parts.shape(), parts.classes().size(), FIRST);
        try (TrainableModel model = lab.load()) {
            LabeledBatches labels = new LabeledBatches(parts.labeled(), defended.smoothing());
            lab.train(model, defended.initial(), FIRST, labels, "first");
            model.save(lab.weights("first"));
            Tribunal tribunal = Tribunal.of(defended, parts, corruption, severity, audited, lab.seed(AUDIT));
            Champion champion = tribunal.champion(model);
            lab.train(model, defended.student(), CONTROL, labels, "control");
            String control = Errors.of(model, seenTest, parts).text();
            int controlCalled = called(model, seenTest, targets);

            lab.with(recipe.undefended())
                    .learn(model, lab.weights("first"), candidate, parts.material(all), stream + "-undefended");
            String undefended = Errors.of(model, seenTest, parts).text();
            int undefendedCalled = called(model, seenTest, targets);

            lab.learn(model, lab.weights("first"), candidate, parts.material(left), stream + "-defended");
            return String.format(
                    Locale.ROOT,
                    "| %d | %s | %d | %s | %s | %d | %s | %s | %d, %d, %d of %d |",
                    seed,
                    stream.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    all.size(),
                    control,
                    undefended,
                    left.size(),
                    Errors.of(model, seenTest, parts).text(),
                    tribunal.promotes(model, champion) ? "promoted" : "held",
                    controlCalled,
                    undefendedCalled,
                    called(model, seenTest, targets),
                    targets.size());
        }
    }

    /** As ingest keeps them: of images that look alike the first. */
    private static LabeledImages withoutCopies(LabeledImages stream, Parts parts) {
        NearImages index = new NearImages(stream.size());
        LabeledImages left = new LabeledImages(parts.shape().size());
        for (int i = 0; i < stream.size(); i++) {
            byte[] pixels = stream.images().get(i);
            PixelImage image = parts.pixels(pixels);
            Fingerprint.Located located = Fingerprint.locate(image);
            if (index.find(located.cells().getFirst(), located.fingerprint(), 0).isEmpty()) {
                for (int cell : located.cells()) {
                    index.add(index.next(), new KeptImage(image.id(), cell, located.fingerprint(), 0, 0));
                }
                left.add(stream.id(i), pixels, stream.label(i));
            }
        }
        return left;
    }

    private static int called(TrainableModel model, LabeledImages test, List<Target> targets) {
        int called = 0;
        for (Target target : targets) {
            LabeledImages one = LearningSet.pick(test, Arrays.asList(target.test()), 0, 1);
            LabeledImages asWanted = new LabeledImages(one.images().imageSize());
            asWanted.add(one.id(0), one.images().get(0), target.wanted());
            called += 1 - Evaluator.judge(model.classifier(), asWanted).errors();
        }
        return called;
    }
}
