package io.freshet.standalone.cli;

import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.evaluation.Examination;
import io.freshet.standalone.evaluation.Examination.Named;
import io.freshet.standalone.evaluation.Results;
import io.freshet.trainer.evaluation.EvaluationJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how good a model is. */
@Command(
        name = "evaluate",
        description = {
            "Say how good a model is, and how much better than another: accuracy, what is taken for what, calibration,"
                    + " worn cameras, speed, and pictures. Writes " + EvaluationJson.FILE + " and " + Results.PAGE
                    + ". Kafka is not asked.",
            "What stands in them is explained in docs/evaluation.md."
        })
final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--model",
            paramLabel = "DIR|MODEL/VERSION",
            required = true,
            description = "A bundle's folder, or a version in the store, as in fashion/3.")
    private String model = "";

    @Option(
            names = "--baseline",
            paramLabel = "DIR|MODEL/VERSION",
            description = "Another model for the same images, to compare with: the one before it, for example.")
    private @Nullable String baseline;

    @Option(
            names = "--labeled",
            paramLabel = "DIR",
            required = true,
            description =
                    "A folder with a folder of images for each class. None of them may have been trained on, or the"
                            + " figures are too good. A fifth of them fits the temperature, and the others judge.")
    private Path labeled = Path.of("");

    @Option(
            names = "--unlabeled",
            paramLabel = "DIR",
            description = "A folder of images that nobody has labeled, for the gallery.")
    private @Nullable Path unlabeled;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            defaultValue = "evaluation",
            description = "The folder that the two files are written to (default: ${DEFAULT-VALUE}).")
    private Path to = Path.of("");

    @Option(
            names = "--corrupted",
            paramLabel = "N",
            defaultValue = "500",
            description = "Images that are judged under each of ten corruptions, at five severities each; 0 leaves that"
                    + " out (default: ${DEFAULT-VALUE}).")
    private int corrupted;

    @Option(
            names = "--mapped",
            paramLabel = "N",
            defaultValue = "1500",
            description = "Images on the map of the penultimate layer at most; 0 leaves it out (default:"
                    + " ${DEFAULT-VALUE}). Time grows with the square.")
    private int mapped;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of noise and maps (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws Exception {
        if (corrupted < 0 || mapped < 0 || seed < 0 || seed >>> 32 != 0) {
            throw new UserException("--corrupted and --mapped must not be negative, and --seed lies in 0 to 2^32 - 1");
        }
        FreshetConfig config = common.load();
        Examination examination = new Examination(
                new Examination.Plan(
                        labeled,
                        Optional.ofNullable(unlabeled),
                        corrupted,
                        mapped,
                        config.serving().sessionThreads(),
                        seed),
                System.err::println,
                Clock.systemUTC());
        Results results = with(config, model, ours -> {
            if (baseline == null) {
                return examination.run(ours, Optional.empty());
            }
            return with(config, baseline, theirs -> examination.run(ours, Optional.of(theirs)));
        });
        results.write(to);
        System.out.println(results.summary());
        System.out.println("Written: " + to.resolve(EvaluationJson.FILE) + ", " + to.resolve(Results.PAGE));
        return 0;
    }

    /** What is done with a model while its files are there. */
    private interface Use {
        Results on(Named model) throws IOException;
    }

    /** A folder is taken where it lies; a version is copied out of the store for as long. */
    private static Results with(FreshetConfig config, String model, Use use) throws IOException {
        Path folder = Path.of(model);
        if (!Files.isDirectory(folder)) {
            if (!model.matches("[^/]+/[0-9]+")) {
                throw new UserException("There is no folder " + model
                        + ", and it is no version in the store: MODEL/VERSION is wanted, as in fashion/3");
            }
            return ModelAdmin.fetched(
                    CommonOptions.store(config), ModelAdmin.parse(model), bundle -> use.on(new Named(model, bundle)));
        }
        if (!Files.exists(folder.resolve(ModelBundle.DESCRIPTOR))) {
            throw new UserException(folder + " holds no model: there is no " + ModelBundle.DESCRIPTOR + " in it");
        }
        BundleResult result = ModelBundle.open(folder);
        return switch (result) {
            case BundleResult.Verified verified ->
                use.on(new Named(verified.bundle().descriptor().modelVersion().toString(), verified.bundle()));
            case BundleResult.Refused refused ->
                throw new UserException("The bundle in " + folder + " is not whole: " + refused.reason());
        };
    }
}
