package io.freshet.trainer.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import io.freshet.engine.NativeTensorFlow;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.Shapes;
import io.freshet.trainer.architecture.Architecture;
import io.freshet.trainer.architecture.TrainableModelSpec;
import io.freshet.trainer.architecture.TrainableModelWriter;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import io.freshet.trainer.data.TfRecordImages;
import io.freshet.trainer.learning.LabelPolicy;
import io.freshet.trainer.model.TrainableModel;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An analysis by a network that has learned nothing: what comes of it is worthless, and must come back whole. */
class AnalysisTest {

    private static final ImageShape SHAPE = new ImageShape(Shapes.SIDE, Shapes.SIDE, 1);
    private static final int EACH = 20;
    private static final int UNLABELED = 30;

    @TempDir
    Path folder;

    private Analysis analysis;

    @BeforeEach
    void analyze() throws Exception {
        Path model = folder.resolve("model");
        TrainableModelWriter.write(
                new TrainableModelSpec(Architecture.named("residual-8"), Shapes.SIDE, Shapes.SIDE, 1, 3, false),
                7,
                model);
        SplittableRandom random = new SplittableRandom(1);
        LabeledSet labeled = new LabeledSet(Shapes.CLASSES, SHAPE, labeled(random), labeled(random));
        List<ImageId> ids = new ArrayList<>();
        ImagePool pool = new ImagePool(SHAPE.size());
        for (int i = 0; i < UNLABELED; i++) {
            PixelImage image = Shapes.image(i % 3, random);
            ids.add(image.id());
            pool.add(image.toModelInput(Shapes.SIDE, Shapes.SIDE, 1));
        }
        ids.add(ids.getFirst()); // a copy, pixel by pixel
        pool.add(pool.get(0));
        AnalysisConfig config = AnalysisConfig.defaults().withLabels(new LabelPolicy(.7, .34, .5), false);
        try (TrainableModel loaded = TrainableModel.load(model, SessionOptions.forTraining())) {
            analysis = new Analyzer(config, (stage, done, of) -> {})
                    .analyze(loaded, labeled, new UnlabeledImages(ids, pool));
        }
    }

    private static LabeledImages labeled(SplittableRandom random) {
        LabeledImages images = new LabeledImages(SHAPE.size());
        for (int i = 0; i < EACH; i++) {
            PixelImage image = Shapes.image(i % 3, random);
            images.add(image.id(), image.toModelInput(Shapes.SIDE, Shapes.SIDE, 1), i % 3);
        }
        return images;
    }

    @Test
    void whatIsWrittenComesBack() throws Exception {
        Path written = folder.resolve("analysis");
        new AnalysisFolder(written).write(analysis, Map.of(analysis.image(0).id(), "a file"));
        List<AnalysedImage> read = new ArrayList<>();
        new AnalysisFolder(written).read(read::add);
        assertThat(read)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(analysis.images().toList());
        assertThat(read.stream().map(AnalysedImage::split).distinct())
                .containsExactly(Split.TRAIN, Split.ANCHOR, Split.UNLABELED);
        assertThat(Files.readString(written.resolve("summary.md"))).contains("| images | 20 | 20 | 31 |", "vertical");
        assertThat(Files.readString(written.resolve("summary.json"))).contains("\"duplicateGroups\" : 1");
        assertThatThrownBy(() -> new AnalysisFolder(written).write(analysis, Map.of()))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void copiesAreOneGroup() {
        AnalysedImage original = analysis.image(2 * EACH);
        assertThat(original.duplicateGroup()).isPresent();
        assertThat(analysis.image(2 * EACH + UNLABELED).duplicateGroup()).isEqualTo(original.duplicateGroup());
    }

    @Test
    void theWeightsOfUnlabeledImagesAreOneOnAverageOverThoseThatAreKept() {
        List<AnalysedImage> kept = analysis.images()
                .filter(image -> image.split() == Split.UNLABELED)
                .filter(image -> image.weight() > 0)
                .toList();
        assertThat(kept).isNotEmpty().allMatch(image -> image.confidence() >= .34);
        assertThat(kept.stream().mapToDouble(AnalysedImage::weight).average().orElse(0))
                .isCloseTo(1, within(1e-5));
        assertThat(analysis.images().filter(image -> image.label().isPresent())).allMatch(image -> image.weight() == 1);
    }

    @Test
    void aDataSetHasTheImagesTargetsAndWeights() throws Exception {
        Path written = folder.resolve("analysis");
        new AnalysisFolder(written).write(analysis, Map.of());
        AnalysisDataset dataset = AnalysisDataset.builder(written)
                .setSampling(8, false)
                .unlabeledWeight(.5)
                .build();
        List<AnalysedImage> expected = analysis.images()
                .filter(image -> image.split() != Split.ANCHOR && image.weight() > 0)
                .toList();
        assertThat(dataset.size()).isEqualTo(expected.size());

        NativeTensorFlow.ensureLoaded();
        int place = 0;
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Batch batch : dataset.getData(manager)) {
                try (batch) {
                    assertThat(batch.getData().get("image").getShape().getShape())
                            .containsExactly(batch.getSize(), Shapes.SIDE, Shapes.SIDE, 1);
                    byte[] pixels = batch.getData().get("image").toByteArray();
                    float[] labels = batch.getLabels().get("label").toFloatArray();
                    float[] weights = batch.getLabels().get("weight").toFloatArray();
                    for (int i = 0; i < batch.getSize(); i++, place++) {
                        AnalysedImage image = expected.get(place);
                        assertThat(Arrays.copyOfRange(pixels, i * SHAPE.size(), (i + 1) * SHAPE.size()))
                                .isEqualTo(image.pixels());
                        assertThat(Arrays.copyOfRange(labels, 3 * i, 3 * i + 3)).isEqualTo(image.target());
                        assertThat(weights[i]).isEqualTo(image.label().isPresent() ? 1 : image.weight() * .5f);
                    }
                }
            }
        }
        assertThat(place).isEqualTo(expected.size());
    }

    @Test
    void aDataSetCanLeaveImagesOut() throws Exception {
        Path written = folder.resolve("analysis");
        new AnalysisFolder(written).write(analysis, Map.of());
        assertThat(AnalysisDataset.load(written, 0).size()).isEqualTo(EACH);
        assertThat(AnalysisDataset.builder(written)
                        .unlabeledWeight(0)
                        .where(image -> image.label().getAsInt() == 0)
                        .build()
                        .size())
                .isEqualTo(7);
        assertThatThrownBy(() ->
                        AnalysisDataset.builder(written).where(image -> false).build())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No image");
    }

    @Test
    void itsFilesCanBeReadAsPlainImagesToo() throws Exception {
        Path written = folder.resolve("analysis");
        new AnalysisFolder(written).write(analysis, Map.of());
        TfRecordImages files = TfRecordImages.in(written);
        assertThat(files.readUnlabeled(SHAPE).size()).isEqualTo(analysis.size());
        LabeledSet labeled = files.readLabeled(Shapes.CLASSES, Optional.empty(), .5);
        assertThat(labeled.shape()).isEqualTo(SHAPE);
        Map<ImageId, Integer> labels = new HashMap<>();
        analysis.images().forEach(image -> image.label().ifPresent(label -> labels.put(image.id(), label)));
        assertThat(labeled.training().size() + labeled.anchor().size()).isEqualTo(labels.size());
        for (int i = 0; i < labeled.training().size(); i++) {
            assertThat(labels)
                    .containsEntry(labeled.training().id(i), labeled.training().label(i));
        }
    }
}
