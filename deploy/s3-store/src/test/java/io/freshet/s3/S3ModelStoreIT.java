package io.freshet.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.bundle.BundleResult;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.bundle.Lineage;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trigger;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

final class S3ModelStoreIT {

    private static final int TRAINERS = 4;

    @TempDir
    private static Path shared;

    private static S3Server server;

    @TempDir
    private Path folder;

    private String bucket;
    private S3ModelStore store;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Server.start(shared);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeBucket() {
        bucket = "models-" + UUID.randomUUID();
        try (S3Client s3 = server.client()) {
            s3.createBucket(request -> request.bucket(bucket));
        }
        store = new S3ModelStore(server.client(), bucket, "/shop/");
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void givesBackWhatWasPutAndTakesAVersionOnce() throws Exception {
        ModelVersion version = new ModelVersion("fashion", 3);
        ModelBundle sealed = bundle(version, "graph");
        URI location = store.put(version, sealed.folder());
        store.fetch(location, folder.resolve("copy"));

        assertThat(location).isEqualTo(store.locate(version)).isEqualTo(URI.create("fashion/3"));
        assertThat(ModelBundle.open(folder.resolve("copy")))
                .isEqualTo(new BundleResult.Verified(
                        new ModelBundle(folder.resolve("copy"), sealed.descriptor(), sealed.manifestSha256())));
        assertThatThrownBy(() -> store.put(version, sealed.folder())).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(store.versions("fashion")).containsExactly(version);
        assertThat(store.models()).containsExactly("fashion");
        assertThat(store.describe(version)).contains(sealed.descriptor());
        assertThat(store.describe(version.next())).isEmpty();
        assertThat(uploads()).as("uploads, of which the refused one is gone").hasSize(1);
    }

    @Test
    void versionsCountAsNumbers() throws Exception {
        for (long number : new long[] {2, 10, 1}) {
            ModelVersion version = new ModelVersion("fashion", number);
            store.put(version, bundle(version, "graph").folder());
        }
        assertThat(store.versions("fashion")).extracting(ModelVersion::version).containsExactly(1L, 2L, 10L);
        assertThat(store.versions("shoes")).isEmpty();
    }

    @Test
    void ofTrainersThatPutTheSameVersionAtOnceOneWinsAndItsBundleIsWhole() throws Exception {
        ModelVersion version = new ModelVersion("fashion", 7);
        CyclicBarrier together = new CyclicBarrier(TRAINERS);
        List<ModelBundle> bundles = new ArrayList<>();
        List<Future<Boolean>> puts = new ArrayList<>();
        ExecutorService trainers = Executors.newFixedThreadPool(TRAINERS);
        for (int i = 0; i < TRAINERS; i++) {
            ModelBundle bundle = bundle(version, "graph of trainer " + i);
            bundles.add(bundle);
            puts.add(trainers.submit(putting(version, bundle, together)));
        }
        List<ModelBundle> winners = new ArrayList<>();
        for (int i = 0; i < TRAINERS; i++) {
            if (won(puts.get(i))) {
                winners.add(bundles.get(i));
            }
        }
        trainers.shutdown();
        assertThat(winners).hasSize(1);
        store.fetch(store.locate(version), folder.resolve("copy"));
        assertThat(ModelBundle.open(folder.resolve("copy")))
                .isInstanceOfSatisfying(
                        BundleResult.Verified.class,
                        verified -> assertThat(verified.bundle().manifestSha256())
                                .isEqualTo(winners.getFirst().manifestSha256()));
    }

    private Callable<Boolean> putting(ModelVersion version, ModelBundle bundle, CyclicBarrier together) {
        return () -> {
            together.await();
            store.put(version, bundle.folder());
            return true;
        };
    }

    private static boolean won(Future<Boolean> put) throws InterruptedException {
        try {
            return put.get();
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(FileAlreadyExistsException.class);
            return false;
        }
    }

    @Test
    void aVersionWhoseUploadWasCutShortIsNotThere() throws Exception {
        ModelVersion version = new ModelVersion("fashion", 3);
        try (S3Client s3 = server.client()) {
            s3.putObject(
                    request -> request.bucket(bucket).key("shop/fashion/uploads/left-behind/saved_model.pb"),
                    RequestBody.fromString("half a graph"));
        }
        assertThat(store.versions("fashion")).isEmpty();
        assertThat(store.describe(version)).isEmpty();
        assertThatThrownBy(() -> store.fetch(store.locate(version), folder.resolve("copy")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("s3://" + bucket + "/shop/fashion/versions/3");
        store.put(version, bundle(version, "graph").folder());
        assertThat(store.versions("fashion")).containsExactly(version);
    }

    @Test
    void aLocationOutsideTheStoreIsRefused() {
        for (String location : new String[] {"../bundle", "file:///etc", "s3://other/fashion/1", "fashion/0"}) {
            assertThatThrownBy(() -> store.fetch(URI.create(location), folder.resolve("copy")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("outside the model store in s3://" + bucket + "/shop/");
        }
    }

    @Test
    void whoHasNotTheRightSecretIsRefused() {
        try (S3ModelStore intruder = new S3ModelStore(server.client("a guess"), bucket, "shop")) {
            assertThatThrownBy(intruder::models).isInstanceOf(IOException.class).hasMessageContaining("403");
        }
    }

    @Test
    void aBucketThatIsNotThereIsNamed() {
        try (S3ModelStore missing = new S3ModelStore(server.client(), "no-such-bucket", "")) {
            assertThatThrownBy(missing::models)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("model store in s3://no-such-bucket/");
        }
    }

    private List<String> uploads() {
        try (S3Client s3 = server.client()) {
            return s3
                    .listObjectsV2(request -> request.bucket(bucket)
                            .prefix("shop/fashion/uploads/")
                            .delimiter("/"))
                    .commonPrefixes()
                    .stream()
                    .map(prefix -> prefix.prefix())
                    .toList();
        }
    }

    private ModelBundle bundle(ModelVersion version, String graph) throws IOException {
        Path made = Files.createTempDirectory(folder, "bundle");
        Files.createDirectories(made.resolve("variables"));
        Files.writeString(made.resolve("saved_model.pb"), graph);
        Files.writeString(made.resolve("variables/variables.index"), "index");
        return ModelBundle.seal(made, descriptor(version));
    }

    private static ModelDescriptor descriptor(ModelVersion version) {
        return new ModelDescriptor(
                ModelDescriptor.FORMAT,
                version.model(),
                version.version(),
                Optional.empty(),
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
                        "0.1.0",
                        0,
                        ""));
    }
}
