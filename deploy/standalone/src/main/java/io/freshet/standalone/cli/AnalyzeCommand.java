package io.freshet.standalone.cli;

import io.freshet.engine.Classifier;
import io.freshet.engine.ModelLoadException;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.trainer.analysis.Analysis;
import io.freshet.trainer.analysis.AnalysisConfig;
import io.freshet.trainer.analysis.AnalysisFolder;
import io.freshet.trainer.analysis.AnalysisProgress;
import io.freshet.trainer.analysis.AnalysisSummary;
import io.freshet.trainer.analysis.Analyzer;
import io.freshet.trainer.analysis.UnlabeledImages;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at labeled and unlabeled images through a model. */
@Command(
        name = "analyze",
        description = "Look at labeled and unlabeled images through a model, and write what is seen to a new folder:"
                + " pseudo-labels, confidences, weights, embeddings, copies, suspected labels, images out of"
                + " distribution, as TFRecord files and a summary. Needs no Kafka.")
final class AnalyzeCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            required = true,
            description = "A model bundle, or another trainable SavedModel.")
    private Path model = Path.of("");

    @Option(
            names = "--labeled",
            paramLabel = "FOLDER",
            required = true,
            description = "A folder with a folder of images for each class.")
    private Path labeled = Path.of("");

    @Option(
            names = "--anchor",
            paramLabel = "FOLDER",
            description = "The same, of images that the model has not learned from. Left out, a share of the labeled"
                    + " images is, the one that the trainer holds out too (trainer.anchorShare).")
    private @Nullable Path anchor;

    @Option(
            names = "--unlabeled",
            paramLabel = "FOLDER",
            required = true,
            description = "A folder with images that nobody has labeled.")
    private Path unlabeled = Path.of("");

    @Option(names = "--to", paramLabel = "FOLDER", required = true, description = "Is made; must not hold anything.")
    private Path to = Path.of("");

    @Option(
            names = "--no-adapt",
            description =
                    "Label the unlabeled images by the model as it is. Without it, the model's batch-norm statistics"
                            + " are moved to them first, as in a round.")
    private boolean asItIs;

    @Override
    public Integer call() throws IOException {
        FreshetConfig config = common.load();
        AnalysisFolder folder = new AnalysisFolder(to.toAbsolutePath());
        folder.requireFree();
        try (TrainableModel trainable = load()) {
            Map<ImageId, String> names = new HashMap<>();
            LabeledSet labeledSet = readLabeled(trainable.classifier(), config, names);
            UnlabeledImages strangers = UnlabeledImages.read(
                    unlabeled, labeledSet.shape(), (id, file) -> names.put(id, shortName(unlabeled, file)));
            requireClasses(labeledSet.classes());
            System.out.printf(
                    "%d labeled images to learn from, %d in the anchor, %d unlabeled%n",
                    labeledSet.training().size(),
                    labeledSet.anchor().size(),
                    strangers.ids().size());
            AnalysisConfig how = AnalysisConfig.defaults()
                    .withLabels(config.trainer().rounds().labels(), !asItIs);
            Analysis analysis = new Analyzer(how, new ProgressLine()).analyze(trainable, labeledSet, strangers);
            show(folder.write(analysis, names));
        } catch (ModelLoadException | IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
        return 0;
    }

    private TrainableModel load() {
        return TrainableModel.load(model, SessionOptions.forTraining());
    }

    private LabeledSet readLabeled(Classifier classifier, FreshetConfig config, Map<ImageId, String> names)
            throws IOException {
        Optional<ImageShape> shape =
                Optional.of(new ImageShape(classifier.height(), classifier.width(), classifier.channels()));
        LabeledFolder all = new LabeledFolder(labeled, (id, file) -> names.put(id, shortName(labeled, file)));
        return anchor == null
                ? all.read(shape, config.trainer().anchorShare())
                : all.read(shape, new LabeledFolder(anchor, (id, file) -> names.put(id, shortName(labeled, file))));
    }

    private static String shortName(Path folder, Path file) {
        return file.startsWith(folder) ? folder.relativize(file).toString() : file.toString();
    }

    /** A bundle says which classes it was trained on; another SavedModel does not. */
    private void requireClasses(List<String> classes) throws IOException {
        if (Files.exists(model.resolve(ModelBundle.DESCRIPTOR))) {
            List<String> known = ModelBundle.readDescriptor(model).classes();
            if (!known.equals(classes)) {
                throw new UserException(
                        "The model knows the classes " + known + ", and " + labeled + " has " + classes);
            }
        }
    }

    private void show(AnalysisSummary summary) {
        System.out.printf(
                "Suspected labels: %s%nOut of distribution: %s%nCopies: %d, in %d groups%n",
                summary.suspectedLabels(), summary.outOfDistribution(), summary.copies(), summary.duplicateGroups());
        System.out.printf("See %s%n", to.resolve("summary.md"));
    }

    /** A line for each tenth of a stage. */
    private static final class ProgressLine implements AnalysisProgress {

        private static final int PARTS = 10;
        private String last = "";

        @Override
        public synchronized void reached(String stage, int done, int of) {
            String line = stage + ": " + (long) done * PARTS / of * (100 / PARTS) + "%";
            if (!line.equals(last)) {
                last = line;
                System.out.println(line);
            }
        }
    }
}
