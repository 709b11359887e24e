package io.freshet.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import io.freshet.protocol.tfrecord.TfRecordWriter;
import io.freshet.protocol.wire.tensorflow.PredictLog;
import io.freshet.protocol.wire.tensorflow.PredictRequest;
import io.freshet.protocol.wire.tensorflow.PredictResponse;
import io.freshet.protocol.wire.tensorflow.PredictionLog;
import io.freshet.protocol.wire.tensorflow.TensorProto;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {

    private static final ModelVersion VERSION = new ModelVersion("fashion", 3);

    @TempDir
    Path folder;

    private Path bundle;

    @BeforeEach
    void makeBundle() throws IOException {
        bundle = folder.resolve("bundle");
        Files.createDirectories(bundle.resolve("variables"));
        Files.writeString(bundle.resolve("saved_model.pb"), "graph");
        Files.writeString(bundle.resolve("variables/variables.index"), "weights");
    }

    @Test
    void whatIsSealedIsVerified() throws Exception {
        ModelBundle sealed = ModelBundle.seal(bundle, descriptor());
        assertThat(ModelBundle.open(bundle)).isEqualTo(new BundleResult.Verified(sealed));
    }

    @Test
    void aDescriptorThatSaysNothingOfItsPrecisionHasAllItsBits() throws Exception {
        ModelBundle.seal(bundle, descriptor());
        Path json = bundle.resolve("model.json");
        String said = Files.readString(json);
        Files.writeString(json, said.replaceFirst("\"mixedPrecision\" : false,", ""));

        assertThat(Files.readString(json)).isNotEqualTo(said);
        assertThat(ModelBundle.readDescriptor(bundle)).isEqualTo(descriptor());
    }

    @Test
    void aTemperatureComesBackAndOldBundlesHaveNone() throws Exception {
        ModelDescriptor old = descriptor();
        ModelDescriptor calibrated = new ModelDescriptor(
                old.format(),
                old.model(),
                old.version(),
                old.parent(),
                old.createdAt(),
                old.classes(),
                old.input(),
                old.embeddingSize(),
                old.mixedPrecision(),
                old.architecture(),
                old.steps(),
                old.score(),
                old.bestAnchorError(),
                old.lineage(),
                Optional.of(1.25));
        ModelBundle.seal(bundle, calibrated);
        assertThat(ModelBundle.readDescriptor(bundle)).isEqualTo(calibrated);

        Path json = bundle.resolve("model.json");
        String said = Files.readString(json);
        Files.writeString(json, said.replaceFirst(",\\s*\"calibrationTemperature\" : 1.25", ""));
        assertThat(Files.readString(json)).doesNotContain("emperature");
        assertThat(ModelBundle.readDescriptor(bundle)).isEqualTo(old);
    }

    @Test
    void aLineageSaysWhichImagesWereLearnedFromAndOldOnesDoNot() throws Exception {
        ModelBundle.seal(bundle, descriptor());
        Path json = bundle.resolve("model.json");
        String said = Files.readString(json);
        Files.writeString(json, said.replaceFirst("\"materialSha256\" : \"\"", "\"materialSha256\" : \"ef\""));
        assertThat(ModelBundle.readDescriptor(bundle).lineage().materialSha256())
                .isEqualTo("ef");
        Files.writeString(json, said.replaceFirst(",\\s*\"materialSha256\" : \"\"", ""));
        assertThat(Files.readString(json)).doesNotContain("materialSha256");
        assertThat(ModelBundle.readDescriptor(bundle)).isEqualTo(descriptor());
    }

    @Test
    void theManifestIsWhatSha256sumChecks() throws Exception {
        ModelBundle.seal(bundle, descriptor());
        assertThat(Files.readAllLines(bundle.resolve("MANIFEST.sha256")))
                .hasSize(3)
                .allMatch(line -> line.matches("[0-9a-f]{64}  \\S+"))
                .anyMatch(line -> line.endsWith("  variables/variables.index"));
    }

    @Test
    void aFileThatWasChangedRemovedOrAddedIsNamed() throws Exception {
        ModelBundle.seal(bundle, descriptor());
        Files.writeString(bundle.resolve("saved_model.pb"), "Graph");
        assertThat(refusal()).contains("saved_model.pb", "SHA-256 differs");

        ModelBundle.seal(bundle, descriptor());
        Files.delete(bundle.resolve("variables/variables.index"));
        assertThat(refusal()).isEqualTo("variables/variables.index is missing");

        ModelBundle.seal(bundle, descriptor());
        Files.writeString(bundle.resolve("extra"), "");
        assertThat(refusal()).isEqualTo("extra is not in the manifest");

        Files.delete(bundle.resolve("MANIFEST.sha256"));
        assertThat(refusal()).contains("no MANIFEST.sha256");
    }

    @Test
    void aManifestThatReachesOutOfTheFolderFindsNothing() throws Exception {
        ModelBundle.seal(bundle, descriptor());
        Path manifest = bundle.resolve("MANIFEST.sha256");
        Files.writeString(manifest, Files.readString(manifest) + "0".repeat(64) + "  ../secret\n");
        assertThat(refusal()).isEqualTo("../secret is missing");
    }

    @Test
    void aStoreGivesBackWhatWasPutAndTakesAVersionOnce() throws Exception {
        ModelBundle sealed = ModelBundle.seal(bundle, descriptor());
        ModelStore store = new FolderModelStore(folder.resolve("store"));
        URI location = store.put(VERSION, bundle);
        store.fetch(location, folder.resolve("copy"));
        assertThat(ModelBundle.open(folder.resolve("copy")))
                .isEqualTo(new BundleResult.Verified(
                        new ModelBundle(folder.resolve("copy"), sealed.descriptor(), sealed.manifestSha256())));
        assertThatThrownBy(() -> store.put(VERSION, bundle)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(store.versions("fashion")).containsExactly(VERSION);
        assertThat(store.models()).containsExactly("fashion");
        assertThat(store.describe(VERSION)).contains(descriptor());
        assertThat(store.describe(VERSION.next())).isEmpty();
    }

    @Test
    void aLocationOutsideTheStoreIsRefused() {
        ModelStore store = new FolderModelStore(folder.resolve("store"));
        assertThatThrownBy(() -> store.fetch(URI.create("../bundle"), folder.resolve("copy")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.fetch(URI.create("file:///etc"), folder.resolve("copy")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.fetch(URI.create("fashion/9"), folder.resolve("copy")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void versionsCountAsNumbers() throws Exception {
        ModelStore store = new FolderModelStore(folder.resolve("store"));
        for (long version : new long[] {2, 10, 1}) {
            store.put(new ModelVersion("fashion", version), bundle);
        }
        assertThat(store.versions("fashion")).extracting(ModelVersion::version).containsExactly(1L, 2L, 10L);
    }

    @Test
    void warmUpRequestsComeBackAndABrokenFileIsNoticed() throws Exception {
        ImageShape shape = new ImageShape(2, 2, 1);
        assertThat(WarmupRequests.read(bundle)).isEmpty();
        WarmupRequest golden = WarmupRequest.golden(new byte[] {1, 2, 3, 4}, new float[] {.25f, .75f});
        WarmupRequest plain = WarmupRequest.plain(new byte[] {5, 6, 7, 8});
        WarmupRequests.write(bundle, "fashion", shape, List.of(golden, plain));
        List<WarmupRequest> read = WarmupRequests.read(bundle);
        assertThat(read).extracting(WarmupRequest::image).containsExactly(golden.image(), plain.image());
        assertThat(read.getFirst().probabilities())
                .hasValueSatisfying(p -> assertThat(p).containsExactly(.25f, .75f));
        assertThat(read.getLast().probabilities()).isEmpty();

        Path file = bundle.resolve("assets.extra/tf_serving_warmup_requests");
        byte[] bytes = Files.readAllBytes(file);
        bytes[30] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> WarmupRequests.read(bundle)).isInstanceOf(IOException.class);
    }

    @Test
    void responsesThatTensorFlowServingLoggedItselfAreReadToo() throws Exception {
        PredictionLog log = PredictionLog.newBuilder()
                .setPredictLog(PredictLog.newBuilder()
                        .setRequest(PredictRequest.newBuilder()
                                .putInputs("images", TensorProto.newBuilder().build()))
                        .setResponse(PredictResponse.newBuilder()
                                .putOutputs(
                                        "probabilities",
                                        TensorProto.newBuilder()
                                                .setDtype(1)
                                                .addFloatVal(.5f)
                                                .addFloatVal(.5f)
                                                .build())))
                .build();
        Files.createDirectories(bundle.resolve("assets.extra"));
        try (TfRecordWriter file = TfRecordWriter.create(bundle.resolve("assets.extra/tf_serving_warmup_requests"))) {
            file.write(log.toByteArray());
        }

        assertThat(WarmupRequests.read(bundle).getFirst().probabilities())
                .hasValueSatisfying(p -> assertThat(p).containsExactly(.5f, .5f));
    }

    private String refusal() throws IOException {
        BundleResult result = ModelBundle.open(bundle);
        assertThat(result).isInstanceOf(BundleResult.Refused.class);
        return ((BundleResult.Refused) result).reason();
    }

    static ModelDescriptor descriptor() {
        return new ModelDescriptor(
                ModelDescriptor.FORMAT,
                "fashion",
                3,
                Optional.of(2L),
                Instant.parse("2026-11-22T12:00:00Z"),
                List.of("bag", "boot"),
                new ImageShape(28, 28, 1),
                64,
                false,
                "residual-16",
                5_000,
                new Score(1, 100, 2, 100),
                .02,
                new Lineage(
                        "r1",
                        Trigger.DRIFT,
                        List.of(new OffsetRange("freshet.unlabeled", 0, 1, 2)),
                        List.of(),
                        "abc",
                        1,
                        Map.of("seed", 1),
                        "0.1.0"));
    }
}
