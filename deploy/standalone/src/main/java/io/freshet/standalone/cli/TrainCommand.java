package io.freshet.standalone.cli;

import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.training.LabeledSource;
import io.freshet.standalone.training.TrainImages;
import io.freshet.standalone.training.UnlabeledSource;
import io.freshet.standalone.training.WaterfallPlot;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.round.RoundConfig;
import io.freshet.trainer.training.SemiSupervisedTraining;
import io.freshet.trainer.training.TrainRequest;
import io.freshet.trainer.training.TrainResult;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model in one call. */
@Command(
        name = "train",
        description = "Train a model from labeled and unlabeled images in one call, and say what each part took off the"
                + " error. Hyper-parameters are looked for. A call that was stopped goes on when it is given again.")
final class TrainCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--labeled",
            required = true,
            paramLabel = "FOLDER|tfrecord:PATH",
            description = "A folder with a folder of images for each class, or a TFRecord file, or a folder of them. A"
                    + " fifth of the images is held out.")
    private String labeled = "";

    @Option(
            names = "--unlabeled",
            paramLabel = "FOLDER|tfrecord:PATH|kafka[:FROM-TO]",
            description = "Images without labels: a folder, TFRecord files, or freshet.unlabeled, its latest images or"
                    + " those offsets of each partition. Left out, the model is supervised.")
    private @Nullable String unlabeled;

    @Option(
            names = "--test",
            paramLabel = "FOLDER",
            description = "Labeled images that measure what came of it, and choose nothing.")
    private @Nullable Path test;

    @Option(
            names = "--audit",
            paramLabel = "FOLDER",
            description =
                    "Labeled images of the traffic: half of them choose, half measure. From Kafka, its audit sample"
                            + " does without being named.")
    private @Nullable Path audit;

    @Option(
            names = "--rounds",
            defaultValue = "2",
            paramLabel = "N",
            description = "Rounds over the unlabeled images; they end where one does not help (default:"
                    + " ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--steps",
            defaultValue = "1000",
            paramLabel = "N",
            description =
                    "Steps of 64 images that the search takes, and a run at the most (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            description = "The network, for example residual-32 (default: trainer.rounds.initialArchitecture).")
    private @Nullable String architecture;

    @Option(
            names = "--init-from",
            paramLabel = "FOLDER",
            description = "A model of that architecture, for example one that learn-representations has made: the first"
                    + " model begins from its weights below the head.")
    private @Nullable Path initFrom;

    @Option(
            names = "--small-architecture",
            defaultValue = "residual-8",
            paramLabel = "NAME",
            description = "What the network is compared with (default: ${DEFAULT-VALUE}).")
    private String smallArchitecture = "";

    @Option(
            names = "--as-configured",
            description =
                    "Look for no hyper-parameters: take those of trainer.rounds.initial and trainer.rounds.student.")
    private boolean asConfigured;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides all that is random (default: trainer.rounds.seed).")
    private @Nullable Integer seed;

    @Option(
            names = "--to",
            defaultValue = "freshet-train",
            paramLabel = "FOLDER",
            description = "Where the model, history and waterfall go (default: ${DEFAULT-VALUE}).")
    private Path to = Path.of("");

    @Override
    public Integer call() throws Exception {
        return Shutdown.interrupting(this::train).orElseGet(() -> {
            System.out.println("Stopped. The same command goes on from the last checkpoint in " + to + ".");
            return 1;
        });
    }

    private int train() throws Exception {
        FreshetConfig config = common.load();
        TrainRequest request = request(config);
        TrainResult result = new SemiSupervisedTraining(new TrainConsole(System.out), Clock.systemUTC()).run(request);
        Path picture = to.resolve("waterfall.png");
        WaterfallPlot.write(result.waterfall(), picture);
        System.out.println();
        result.waterfall().lines().forEach(System.out::println);
        System.out.println();
        System.out.println(capitalized(result.verdict()));
        System.out.println("The model: " + result.model().folder() + ", "
                + result.model().descriptor().modelVersion() + " of the store " + to.resolve("models"));
        System.out.println("Beside it: choices.json, history.json, waterfall.json and waterfall.png in " + to);
        return 0;
    }

    private TrainRequest request(FreshetConfig config) throws Exception {
        RoundConfig rounds = configured(config.trainer().rounds());
        try {
            Optional<UnlabeledSource> source = Optional.ofNullable(unlabeled).map(UnlabeledSource::parse);
            TrainImages images = TrainImages.read(
                    config.trainer(),
                    LabeledSource.parse(labeled),
                    source,
                    Optional.ofNullable(audit),
                    Optional.ofNullable(test),
                    () -> CommonOptions.connect(config));
            describe(images);
            return new TrainRequest(
                    config.trainer().model(),
                    images.material(),
                    images.unlabeledOffsets(),
                    images.labelOffsets(),
                    images.audit(),
                    images.test(),
                    rounds,
                    !asConfigured,
                    steps,
                    this.rounds,
                    smallArchitecture,
                    configuration(config),
                    to);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
    }

    private RoundConfig configured(RoundConfig config) {
        RoundConfig named = architecture == null ? config : config.withArchitecture(architecture);
        RoundConfig from = initFrom == null ? named : named.withInitFrom(initFrom);
        return seed == null ? from : from.withSeed(seed);
    }

    private Map<String, Object> configuration(FreshetConfig config) {
        Map<String, Object> configuration = new HashMap<>(new ConfigLoader().toMap(config.trainer()));
        configuration.put("labeled", labeled);
        configuration.put("unlabeled", unlabeled == null ? "" : unlabeled);
        configuration.put("steps", steps);
        configuration.put("searched", !asConfigured);
        return configuration;
    }

    private static void describe(TrainImages images) {
        LabeledSet set = images.material().labeledSet();
        System.out.println("Labeled: " + images.material().labeled().size() + " images to learn from, "
                + set.anchor().size() + " held out, of " + set.classes().size() + " classes, " + set.shape());
        System.out.println("Unlabeled: " + images.material().unlabeled().size()
                + " images; labeled images of the traffic: "
                + images.audit().size() + "; test: "
                + images.test().map(test -> Integer.toString(test.size())).orElse("none"));
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
