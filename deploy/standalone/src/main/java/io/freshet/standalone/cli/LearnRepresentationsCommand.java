package io.freshet.standalone.cli;

import com.google.errorprone.annotations.FormatMethod;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.FileTree;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.SelfSupervision;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.UnlabeledFolder;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.representation.Pretraining;
import io.freshet.trainer.representation.PretrainingConfig;
import io.freshet.trainer.representation.RepresentationProbe;
import io.freshet.trainer.representation.RepresentationQuality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Pretrains a network without labels. */
@Command(
        name = "learn-representations",
        description =
                "Have a network learn from images that nobody labels, before there is a model: it learns to know two"
                        + " views of an image again (SimCLR, Barlow Twins). A first model can begin from what it has"
                        + " learned, with trainer.rounds.initFrom.",
        footer = {
            "",
            "Needs no Kafka. A run that was stopped goes on when the same command is given again.",
            "Images are kept in memory as pixels: FRESHET_JAVA_OPTS=-Xmx8g makes room for more.",
        })
final class LearnRepresentationsCommand implements Callable<Integer> {

    private static final double HELD_OUT = .2;
    private static final int MOST_KNOWN = 10_000;
    private static final int MOST_ASKED = 5_000;
    private static final Duration SAY_EVERY = Duration.ofSeconds(10);

    /** The head of a model that nobody has named classes for: whoever begins from it draws another. */
    private static final int CLASSES_UNKNOWN = 2;

    @Option(
            names = "--unlabeled",
            paramLabel = "FOLDER",
            required = true,
            description = "Images to learn from; those in folders in it too, whatever these are called.")
    private Path unlabeled = Path.of("");

    @Option(
            names = "--labeled",
            paramLabel = "FOLDER",
            description =
                    "A folder with a folder of images for each class. Nothing is learned from the labels: a fifth of"
                            + " these images is held out and shows, as learning goes on, what a linear probe and a vote of"
                            + " 20 nearest neighbours make of the others' embeddings.")
    private @Nullable Path labeled;

    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            required = true,
            description = "Gets the model, as a trainable SavedModel.")
    private Path target = Path.of("");

    @Option(
            names = "--method",
            paramLabel = "NAME",
            defaultValue = "simclr",
            description = "simclr or barlow-twins (default: ${DEFAULT-VALUE}).")
    private String method = "";

    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            defaultValue = "residual-16",
            description = "The network (default: ${DEFAULT-VALUE}). docs/learning.md has the families.")
    private String architecture = "";

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "4000",
            description = "Batches to learn from (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "256",
            description = "Images of a batch, each in two views (default: ${DEFAULT-VALUE}).")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "The highest (default: .3 for simclr, .05 for barlow-twins).")
    private @Nullable Double learningRate;

    @Option(
            names = "--judge-every",
            paramLabel = "N",
            description = "Steps between two looks at the labeled images (default: a tenth of all steps).")
    private @Nullable Integer judgeEvery;

    @Option(
            names = "--no-mirror",
            negatable = false,
            description = "An image and its mirror image are not alike, as with letters.")
    private boolean noMirror;

    @Option(names = "--mixed-precision", description = "Learn with 16 bits where the machine is faster with them.")
    private boolean mixedPrecision;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides all that is drawn at random (default: ${DEFAULT-VALUE}).")
    private int seed;

    private final long start = System.nanoTime();
    private long lastSaid = start;

    @Override
    public Integer call() throws Exception {
        if (Files.exists(target)) {
            throw new UserException("There is something at " + target + " already");
        }
        requireSettings();
        Optional<LabeledSet> judging = readLabeled();
        UnlabeledFolder.Contents contents = readUnlabeled(judging);
        Path work = target.toAbsolutePath().resolveSibling(target.getFileName() + ".learning");
        try (Pretraining pretraining = Pretraining.open(config(contents.shape(), judging), contents.images(), work)) {
            learn(pretraining, judging.map(LearnRepresentationsCommand::probe));
            pretraining.writeModel(target);
        }
        FileTree.delete(work);
        say("The model is in %s: trainer.rounds.initFrom begins with it", target);
        return 0;
    }

    private Optional<LabeledSet> readLabeled() throws IOException {
        if (labeled == null) {
            return Optional.empty();
        }
        LabeledSet set = new LabeledFolder(labeled).read(Optional.empty(), HELD_OUT);
        say(
                "%d labeled images of %d classes, of which %d are held out",
                set.training().size() + set.anchor().size(),
                set.classes().size(),
                set.anchor().size());
        return Optional.of(set);
    }

    /** Without those that are held out: who has learned from an image is no witness of what it makes of new ones. */
    private UnlabeledFolder.Contents readUnlabeled(Optional<LabeledSet> judging) throws IOException {
        Set<ImageId> heldOut =
                judging.map(set -> Set.copyOf(set.anchor().ids())).orElse(Set.of());
        UnlabeledFolder.Contents contents =
                new UnlabeledFolder(unlabeled).read(judging.map(LabeledSet::shape), heldOut);
        say(
                "%d images of %s to learn from%s",
                contents.images().size(),
                contents.shape(),
                contents.notImages() == 0 ? "" : "; " + contents.notImages() + " files are no images");
        return contents;
    }

    /** Before minutes go by with reading images. */
    private void requireSettings() {
        config(new ImageShape(32, 32, 3), Optional.empty());
        if (judgeEvery != null && judgeEvery < 1) {
            throw new UserException("The labeled images are looked at after a step or more, not after " + judgeEvery);
        }
    }

    private PretrainingConfig config(ImageShape shape, Optional<LabeledSet> judging) {
        try {
            return tryConfig(shape, judging);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
    }

    private PretrainingConfig tryConfig(ImageShape shape, Optional<LabeledSet> judging) {
        SelfSupervision how = SelfSupervision.named(method);
        TrainableModelSpec model = new TrainableModelSpec(
                Architecture.named(architecture),
                shape.height(),
                shape.width(),
                shape.channels(),
                judging.map(set -> set.classes().size()).orElse(CLASSES_UNKNOWN),
                !noMirror);
        double rate = learningRate == null ? PretrainingConfig.learningRate(how) : learningRate;
        return new PretrainingConfig(
                how, model, PretrainingConfig.training(steps, batchSize, rate), mixedPrecision, seed);
    }

    /** By more images it would take longer than learning, and say the same. */
    private static RepresentationProbe probe(LabeledSet set) {
        double known = (1 - HELD_OUT) * MOST_KNOWN / set.training().size();
        double asked = HELD_OUT * MOST_ASKED / set.anchor().size();
        return new RepresentationProbe(
                set.training().select(id -> id.uniform() < HELD_OUT + known),
                set.anchor().select(id -> id.uniform() < asked),
                set.classes().size());
    }

    private void learn(Pretraining pretraining, Optional<RepresentationProbe> probe) throws InterruptedException {
        Optional<RepresentationQuality> random = probe.map(pretraining::judgeRandom);
        random.ifPresent(quality -> say("Random weights: %s", describe(quality)));
        int taken = pretraining.taken();
        if (taken > 0) {
            say("Goes on after step %d of %d", taken, steps);
        }
        int stride = judgeEvery == null ? Math.max(1, steps / 10) : judgeEvery;
        while (taken < steps) {
            int until = Math.min(steps, (taken / stride + 1) * stride);
            Training.Result result = run(pretraining, until);
            double rate = (double) (until - taken)
                    * batchSize
                    / Math.max(1e-3, result.time().toMillis() / 1e3);
            taken = until;
            String quality = probe.map(pretraining::judge)
                    .map(now -> "; " + describe(now))
                    .orElse("");
            say("Step %d of %d, %.0f images/s%s", taken, steps, rate, quality);
        }
    }

    private Training.Result run(Pretraining pretraining, int until) throws InterruptedException {
        try {
            return pretraining.run(until, this::stepped);
        } catch (Training.DivergedException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
    }

    private void stepped(int taken, int all, double loss, int images) {
        long now = System.nanoTime();
        if (now - lastSaid > SAY_EVERY.toNanos()) {
            say("Step %d of %d, loss %.4f", taken, all, loss);
        }
    }

    private static String describe(RepresentationQuality quality) {
        return String.format(
                Locale.ROOT,
                "linear probe %.1f%%, nearest neighbours %.1f%% right",
                100 * quality.linear(),
                100 * quality.neighbours());
    }

    @FormatMethod
    private void say(String format, Object... values) {
        lastSaid = System.nanoTime();
        Duration since = Duration.ofNanos(lastSaid - start);
        System.out.printf(
                Locale.ROOT,
                "%d:%02d  %s%n",
                since.toMinutes(),
                since.toSecondsPart(),
                String.format(Locale.ROOT, format, values));
    }
}
