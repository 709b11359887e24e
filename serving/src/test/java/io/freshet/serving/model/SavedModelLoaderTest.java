package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.engine.Classifier;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.GoldenTolerance;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.WarmupRequest;
import io.freshet.protocol.bundle.WarmupRequests;
import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.batch.Network;
import io.freshet.serving.testing.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelLoaderTest {

    private static final ModelVersion VERSION = new ModelVersion("tiny", 1);

    @TempDir
    Path folder;

    private final SavedModelLoader loader =
            new SavedModelLoader(SessionOptions.forServing(1), 6, new GoldenTolerance(.01, .1), 1);

    @Test
    void aSoundBundleBecomesANetworkThatAnswers() throws Exception {
        NetworkLoader.Result result = loader.load(TinyModels.write(folder, VERSION));

        assertThat(result).isInstanceOf(NetworkLoader.Result.Warmed.class);
        try (Network network = ((NetworkLoader.Result.Warmed) result).network()) {
            ByteBuffer images = ByteBuffer.allocateDirect(3 * TinyModels.SHAPE.size());
            List<ImageScores> scores = network.classify(images, 3);
            assertThat(scores).hasSize(3).allMatch(ImageScores::isSound);
            assertThat(scores.getFirst().probabilities()).hasSize(TinyModels.CLASSES.size());
            assertThat(scores.getFirst().embedding()).hasSize(TinyModels.EMBEDDING);
        }
    }

    @Test
    void itIsWarmedAtEachPowerOfTwoAndAtTheLargestBatch() {
        assertThat(SavedModelLoader.sizes(1)).containsExactly(1);
        assertThat(SavedModelLoader.sizes(6)).containsExactly(1, 2, 4, 6);
        assertThat(SavedModelLoader.sizes(32)).containsExactly(1, 2, 4, 8, 16, 32);
    }

    @Test
    void aFolderWithoutASavedModelIsRefused() throws Exception {
        ModelBundle bundle = ModelBundle.seal(folder, TinyModels.descriptor(VERSION));

        assertRefused(loader.load(bundle), "Cannot load the SavedModel");
    }

    @Test
    void aNetworkThatIsNotWhatItsDescriptorSaysIsRefused() throws Exception {
        TinyModels.write(folder, VERSION);

        ModelDescriptor classes = TinyModels.descriptor(VERSION, List.of("one", "two"), TinyModels.SHAPE);
        assertRefused(loader.load(ModelBundle.seal(folder, classes)), "10 classes");

        ModelDescriptor shape = TinyModels.descriptor(VERSION, TinyModels.CLASSES, new ImageShape(32, 32, 1));
        assertRefused(loader.load(ModelBundle.seal(folder, shape)), "images of 28x28x1");
    }

    @Test
    void brokenWarmupRequestsAreRefused() throws Exception {
        ModelBundle bundle = TinyModels.write(folder, VERSION);
        Files.writeString(folder.resolve("assets.extra/tf_serving_warmup_requests"), "no record");

        assertRefused(loader.load(bundle), "warm-up requests cannot be read");
    }

    @Test
    void aNetworkThatAnswersAsItDidWhereItWasMadeIsTaken() throws Exception {
        TinyModels.write(folder, VERSION);
        List<WarmupRequest> requests = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) { // more than a batch
            byte[] image = TinyModels.pixels(seed, TinyModels.SHAPE);
            requests.add(WarmupRequest.golden(image, answer(image)));
        }

        NetworkLoader.Result result = loader.load(seal(requests));
        assertThat(result).isInstanceOf(NetworkLoader.Result.Warmed.class);
        ((NetworkLoader.Result.Warmed) result).network().close();
    }

    @Test
    void aNetworkThatAnswersOtherwiseThanWhereItWasMadeIsRefused() throws Exception {
        TinyModels.write(folder, VERSION);
        byte[] image = TinyModels.pixels(1, TinyModels.SHAPE);
        float[] other = answer(image);
        other[0] += .02f;
        other[1] -= .02f;

        assertRefused(loader.load(seal(List.of(WarmupRequest.golden(image, other)))), "differs by 0.020");
        assertRefused(
                loader.load(seal(List.of(WarmupRequest.golden(image, new float[] {1, 0})))),
                "Its expected answers are of 2 classes");
    }

    private ModelBundle seal(List<WarmupRequest> requests) throws IOException {
        WarmupRequests.write(folder, VERSION.model(), TinyModels.SHAPE, requests);
        return ModelBundle.seal(folder, TinyModels.descriptor(VERSION));
    }

    private float[] answer(byte[] image) {
        try (SavedModel model = SavedModel.load(folder, SessionOptions.forServing(1))) {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(image.length).put(image).flip();
            return new Classifier(model).classify(buffer, 1).probabilities(0);
        }
    }

    private static void assertRefused(NetworkLoader.Result result, String reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        NetworkLoader.Result.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }
}
