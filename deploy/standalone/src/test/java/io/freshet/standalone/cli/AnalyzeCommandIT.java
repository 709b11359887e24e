package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.PixelImage;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Dataset.Example;
import io.freshet.standalone.dataset.Datasets;
import io.freshet.trainer.analysis.AnalysedImage;
import io.freshet.trainer.analysis.AnalysisFolder;
import io.freshet.trainer.analysis.Split;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.learning.Checkpoints;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.Training;
import io.freshet.trainer.learning.TrainingConfig;
import io.freshet.trainer.model.Noise;
import io.freshet.trainer.model.TrainableModel;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Finds what was planted among images of Fashion-MNIST: labels that are wrong and that the model has learned from, copies,
 * and drawings of strokes.
 */
class AnalyzeCommandIT {

    private static final int SIDE = 28;
    private static final int LABELED = 1_200;
    private static final int WRONG = 60;
    private static final int ORDINARY = 800;
    private static final int COPIES = 100;
    private static final int FOREIGN = 100;
    private static final double ANCHOR_SHARE = .2;

    @TempDir
    static Path folder;

    private static final Set<ImageId> WRONG_IDS = new HashSet<>();
    private static final Set<ImageId> COPIED_IDS = new HashSet<>();
    private static final Set<ImageId> FOREIGN_IDS = new HashSet<>();
    private static List<AnalysedImage> images = List.of();
    private static String said = "";

    @BeforeAll
    static void analyze() throws Exception {
        Dataset sample = Datasets.read(Datasets.SAMPLE, folder);
        List<Example> examples = new ArrayList<>(sample.examples());
        SplittableRandom random = new SplittableRandom(7);
        for (int i = examples.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            examples.set(i, examples.set(other, examples.get(i)));
        }
        writeLabeled(sample.classes(), examples.subList(0, LABELED), random);
        writeUnlabeled(examples.subList(LABELED, LABELED + ORDINARY), examples.subList(0, COPIES), random);
        train();
        said = Cli.run(
                0,
                "analyze",
                "--model",
                folder.resolve("model").toString(),
                "--labeled",
                folder.resolve("labeled").toString(),
                "--unlabeled",
                folder.resolve("unlabeled").toString(),
                "--to",
                folder.resolve("analysis").toString());
        List<AnalysedImage> read = new ArrayList<>();
        new AnalysisFolder(folder.resolve("analysis")).read(read::add);
        images = read;
    }

    private static void writeLabeled(List<String> classes, List<Example> examples, SplittableRandom random)
            throws IOException {
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            boolean wrong = i >= examples.size() - WRONG;
            int shift = wrong ? 1 + random.nextInt(classes.size() - 1) : 0;
            if (wrong) {
                WRONG_IDS.add(example.image().id());
            }
            Path ofClass = Files.createDirectories(
                    folder.resolve("labeled").resolve(classes.get((example.label() + shift) % classes.size())));
            Files.write(ofClass.resolve(i + ".png"), example.image().toPng().bytes());
        }
    }

    private static void writeUnlabeled(List<Example> ordinary, List<Example> copied, SplittableRandom random)
            throws IOException {
        Path target = Files.createDirectories(folder.resolve("unlabeled"));
        for (int i = 0; i < ordinary.size(); i++) {
            Files.write(
                    target.resolve("ordinary-" + i + ".png"),
                    ordinary.get(i).image().toPng().bytes());
        }
        for (int i = 0; i < copied.size(); i++) {
            PixelImage original = copied.get(i).image();
            COPIED_IDS.add(original.id());
            Files.write(target.resolve("copy-" + i + ".jpg"), jpeg(buffered(original), .9f));
        }
        for (int i = 0; i < FOREIGN; i++) {
            BufferedImage strokes = strokes(random);
            byte[] gray = new byte[SIDE * SIDE];
            strokes.getRaster().getDataElements(0, 0, SIDE, SIDE, gray);
            PixelImage image = PixelImage.ofGray(SIDE, SIDE, gray);
            FOREIGN_IDS.add(image.id());
            Files.write(target.resolve("strokes-" + i + ".png"), image.toPng().bytes());
        }
    }

    private static BufferedImage buffered(PixelImage image) {
        BufferedImage buffered = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        buffered.getRaster().setDataElements(0, 0, SIDE, SIDE, image.toModelInput(SIDE, SIDE, 1));
        return buffered;
    }

    private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(quality);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** As of handwriting: lines of some width, bright on black. */
    private static BufferedImage strokes(SplittableRandom random) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.setColor(Color.WHITE);
        int[] x = random.ints(5, 5, 23).toArray();
        int[] y = random.ints(5, 5, 23).toArray();
        graphics.drawPolyline(x, y, x.length);
        graphics.dispose();
        return image;
    }

    private static void train() throws Exception {
        LabeledImages labeled = new LabeledFolder(folder.resolve("labeled"))
                .read(Optional.empty(), ANCHOR_SHARE)
                .training();
        Path written = folder.resolve("written");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), SIDE, SIDE, 1, 10, true), 3, written);
        try (TrainableModel model = TrainableModel.load(written, SessionOptions.forTraining())) {
            TrainingConfig config = new TrainingConfig(400, 64, .2, .1, 5e-4, .99, new Noise(.2, .1, .05), 400);
            new Training(config, 3, (taken, steps, loss, count) -> {})
                    .run(model, new LabeledBatches(labeled, 0), new Checkpoints(folder.resolve("checkpoints")));
            Files.createDirectories(folder.resolve("model/variables"));
            Files.copy(written.resolve("saved_model.pb"), folder.resolve("model/saved_model.pb"));
            model.save(folder.resolve("model/variables/variables"));
        }
    }

    @Test
    void mostLabelsThatAreWrongAreSuspectedAndTheWorstAreMostlyWrong() {
        List<AnalysedImage> labeled = where(image -> image.split() != Split.UNLABELED);
        assertThat(rate(labeled, AnalyzeCommandIT::isWrong, AnalysedImage::isLabelSuspected))
                .isGreaterThan(.6);
        assertThat(rate(labeled, image -> !isWrong(image), AnalysedImage::isLabelSuspected))
                .isLessThan(.2);
        List<AnalysedImage> worst = labeled.stream()
                .sorted(Comparator.comparingDouble(AnalysedImage::margin))
                .limit(WRONG)
                .toList();
        assertThat(rate(worst, image -> true, AnalyzeCommandIT::isWrong)).isGreaterThan(.35); // of all, .05 are
    }

    private static boolean isWrong(AnalysedImage image) {
        return WRONG_IDS.contains(image.id());
    }

    @Test
    void copiesAreInAGroupWithWhatTheyAreCopiesOfAndHardlyAnythingElse() {
        Set<Integer> planted = new HashSet<>();
        where(image -> COPIED_IDS.contains(image.id()))
                .forEach(image -> image.duplicateGroup().ifPresent(planted::add));
        List<AnalysedImage> unlabeled = where(image -> image.split() == Split.UNLABELED);
        List<AnalysedImage> copies = unlabeled.subList(0, COPIES); // in the order of their names
        List<AnalysedImage> others = unlabeled.subList(COPIES, unlabeled.size());
        assertThat(rate(
                        copies,
                        image -> true,
                        image -> image.duplicateGroup().stream().anyMatch(planted::contains)))
                .isGreaterThan(.95);
        assertThat(rate(others, image -> true, image -> image.duplicateGroup().isPresent()))
                .isLessThan(.02);
    }

    @Test
    void imagesOfAnotherWorldAreFoundAndFewOthersAreTakenForSuch() {
        List<AnalysedImage> unlabeled = where(image -> image.split() == Split.UNLABELED);
        assertThat(rate(unlabeled, image -> FOREIGN_IDS.contains(image.id()), AnalysedImage::outOfDistribution))
                .isGreaterThan(.9);
        assertThat(rate(unlabeled, image -> !FOREIGN_IDS.contains(image.id()), AnalysedImage::outOfDistribution))
                .isLessThan(.1);
    }

    @Test
    void theSummarySaysWhatWasFoundAndWhere() throws Exception {
        String summary = Files.readString(folder.resolve("analysis/summary.md"));
        assertThat(summary).contains("Suspected labels", "strokes-", "copy-", "ankle-boot");
        assertThat(said).contains("asking the model: 100%", "summary.md");
    }

    @Test
    void aFolderThatIsThereAndAModelThatIsNoneAreErrors() {
        String[] line = {
            "analyze",
            "--model",
            folder.resolve("model").toString(),
            "--labeled",
            folder.resolve("labeled").toString(),
            "--unlabeled",
            folder.resolve("unlabeled").toString(),
            "--to",
            folder.resolve("analysis").toString()
        };
        assertThat(Cli.run(1, line)).contains("is there already");
        line[2] = folder.resolve("nowhere").toString();
        line[8] = folder.resolve("other").toString();
        assertThat(Cli.run(1, line)).contains("nowhere");
        line[2] = folder.resolve("model").toString();
        line[6] = folder.resolve("nowhere").toString();
        assertThat(Cli.run(1, line)).contains("nowhere");
    }

    private static List<AnalysedImage> where(Predicate<AnalysedImage> condition) {
        return images.stream().filter(condition).toList();
    }

    private static double rate(List<AnalysedImage> among, Predicate<AnalysedImage> of, Predicate<AnalysedImage> found) {
        return among.stream()
                .filter(of)
                .mapToInt(image -> found.test(image) ? 1 : 0)
                .average()
                .orElseThrow();
    }
}
