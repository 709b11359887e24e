package io.freshet.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.claim.FetchResult;
import io.freshet.protocol.claim.FetchResult.Reason;
import io.freshet.protocol.claim.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

final class S3ImageStoreIT {

    private static final int AMPLE = 1_000;
    private static final EncodedImage IMAGE = new EncodedImage("an image".getBytes(StandardCharsets.UTF_8));

    @TempDir
    private static Path shared;

    private static S3Server server;

    private String bucket;
    private S3ImageStore store;

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
        bucket = "images-" + UUID.randomUUID();
        try (S3Client s3 = server.client()) {
            s3.createBucket(request -> request.bucket(bucket));
        }
        put("secret", IMAGE.bytes());
        store = new S3ImageStore(server.client(), bucket, "/large/");
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void anImageComesBackAsItWasPut() throws IOException {
        ImageReference reference = store.put(IMAGE, "");

        assertThat(store.fetch(reference, IMAGE.size())).isEqualTo(new FetchResult.Found(IMAGE));
        assertThat(store.put(IMAGE, "")).isEqualTo(reference);
    }

    @Test
    void anImageCanBeNamedByItsWholeUriToo() throws IOException {
        ImageReference reference = store.put(IMAGE, "");
        String uri = "s3://" + bucket + "/large/" + reference.location();

        assertThat(store.fetch(new ImageReference(uri, reference.sha256()), AMPLE))
                .isEqualTo(new FetchResult.Found(IMAGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "none/../../secret",
                "none/%2e%2e/%2e%2e/secret",
                "..%2fsecret",
                "/secret",
                "s3://bucket/large/none/x",
                "s3://other/x",
                "file:///etc/hostname",
                "http://127.0.0.1/x",
                "none//x",
                "none/x?versionId=1",
                "none/x#y",
                "none/%00",
                "a/b/c/d/e/f/g/h/i",
                "not a uri",
                "..",
                "/",
                ""
            })
    void nothingOutsideTheStoreIsTouched(String location) throws IOException {
        ImageReference good = store.put(IMAGE, "");

        assertThat(reason(new ImageReference(location, good.sha256()), AMPLE)).isEqualTo(Reason.UNUSABLE);
        assertThat(store.delete(location)).isFalse();
        assertThat(keys()).contains("secret");
    }

    @Test
    void whatIsNotThereIsMissing() throws IOException {
        ImageReference reference = store.put(IMAGE, "");

        assertThat(store.delete(reference.location())).isTrue();
        assertThat(reason(reference, AMPLE)).isEqualTo(Reason.MISSING);
        assertThat(store.delete(reference.location())).isFalse();
    }

    @Test
    void whatWasAlteredOrHasNoDigestIsRefused() throws IOException {
        ImageReference reference = store.put(IMAGE, "");
        put("large/" + reference.location(), new byte[0]);

        assertThat(reason(reference, AMPLE)).isEqualTo(Reason.ALTERED);
        assertThat(reason(new ImageReference(reference.location(), ""), AMPLE)).isEqualTo(Reason.UNUSABLE);
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        ImageReference reference = store.put(new EncodedImage(new byte[4 << 20]), "");

        assertThat(reason(reference, (4 << 20) - 1)).isEqualTo(Reason.TOO_LARGE);
        assertThat(store.fetch(reference, 4 << 20)).isInstanceOf(FetchResult.Found.class);
    }

    @Test
    void aStoreThatIsAwayOrRefusesIsAFailureAndNoMissingImage() {
        ImageReference reference = ImageReference.to("none/x", IMAGE);
        try (S3ImageStore missing = new S3ImageStore(server.client(), "no-such-bucket", "large");
                S3ImageStore intruder = new S3ImageStore(server.client("a guess"), bucket, "large")) {
            assertThatIOException()
                    .isThrownBy(() -> missing.fetch(reference, AMPLE))
                    .withMessageContaining("s3://no-such-bucket/large/");
            assertThatIOException().isThrownBy(() -> intruder.fetch(reference, AMPLE));
            assertThatIOException().isThrownBy(() -> intruder.put(IMAGE, ""));
        }
    }

    @Test
    void anErasedSubjectLosesAllItsObjectsAndNobodyElse() throws IOException {
        ImageReference anns = store.put(IMAGE, "ann");
        store.put(new EncodedImage(new byte[] {1}), "ann");
        ImageReference bobs = store.put(IMAGE, "bob");
        Erasure.Subject ann = Erasure.Subject.named("ann");

        assertThat(store.locations(ann)).hasSize(2).contains(anns.location());
        assertThat(anns.location()).doesNotContain("ann");
        assertThat(store.delete(ann)).isEqualTo(2);
        assertThat(store.locations(ann)).isEmpty();
        assertThat(keys()).containsExactlyInAnyOrder("secret", "large/" + bobs.location());
    }

    @Test
    void oldImagesGoAndOnlyThoseOfTheStore() throws IOException {
        ImageReference reference = store.put(IMAGE, "");

        assertThat(store.deleteOlderThan(Instant.now().minus(Duration.ofHours(1))))
                .isZero();
        assertThat(store.fetch(reference, AMPLE)).isInstanceOf(FetchResult.Found.class);
        assertThat(store.deleteOlderThan(Instant.now().plus(Duration.ofHours(1))))
                .isOne();
        assertThat(keys()).containsExactly("secret");
    }

    private void put(String key, byte[] content) {
        try (S3Client s3 = server.client()) {
            s3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
        }
    }

    private List<String> keys() {
        try (S3Client s3 = server.client()) {
            return s3.listObjectsV2(request -> request.bucket(bucket)).contents().stream()
                    .map(object -> object.key())
                    .toList();
        }
    }

    private Reason reason(ImageReference reference, int maxBytes) throws IOException {
        FetchResult result = store.fetch(reference, maxBytes);
        assertThat(result).isInstanceOf(FetchResult.Refused.class);
        return ((FetchResult.Refused) result).reason();
    }
}
