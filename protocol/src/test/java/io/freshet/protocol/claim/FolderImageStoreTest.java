package io.freshet.protocol.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.claim.FetchResult.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class FolderImageStoreTest {

    private static final int AMPLE = 1_000;
    private static final EncodedImage IMAGE = new EncodedImage("an image".getBytes(StandardCharsets.UTF_8));
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir
    Path folder;

    private Path root;
    private FolderImageStore store;

    @BeforeEach
    void start() throws IOException {
        root = folder.resolve("images");
        store = new FolderImageStore(root);
        Files.write(folder.resolve("secret"), IMAGE.bytes());
    }

    @Test
    void anImageComesBackAsItWasPut() throws IOException {
        ImageReference reference = store.put(IMAGE, "");

        assertThat(store.fetch(reference, IMAGE.size())).isEqualTo(new FetchResult.Found(IMAGE));
    }

    @Test
    void anImageCanBeNamedByItsWholeUriToo() throws IOException {
        ImageReference reference = store.put(IMAGE, "");
        String uri = root.resolve(reference.location()).toUri().toString();

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
                "/etc/hostname",
                "file:///etc/hostname",
                "file://host/none/x",
                "http://127.0.0.1/x",
                "s3://bucket/x",
                "data:text/plain,x",
                "none/x?y",
                "none/x#y",
                "none/%00",
                "none/.unfinished-1",
                "link/secret",
                "a/b/c/d/e/f/g/h/i",
                "not a uri",
                "..",
                ".",
                "/",
                ""
            })
    void nothingOutsideTheStoreIsTouched(String location) throws IOException {
        ImageReference good = store.put(IMAGE, "");
        Files.createSymbolicLink(root.resolve("link"), folder);

        assertThat(reason(new ImageReference(location, good.sha256()), AMPLE)).isEqualTo(Reason.UNUSABLE);
        assertThat(store.delete(location)).isFalse();
        assertThat(folder.resolve("secret")).exists();
    }

    @Test
    void aNameThatNoFileSystemTakesIsRefusedAndNoFailure() throws IOException {
        store.put(IMAGE, "");

        assertThat(reason(new ImageReference("none/" + "x".repeat(5_000), "0"), AMPLE))
                .isEqualTo(Reason.UNUSABLE);
    }

    @Test
    void whatIsNotThereOrNoFileIsMissing() throws IOException {
        ImageReference reference = store.put(IMAGE, "");

        assertThat(reason(new ImageReference("none", reference.sha256()), AMPLE))
                .isEqualTo(Reason.MISSING);
        assertThat(reason(new ImageReference(reference.location() + "/x", reference.sha256()), AMPLE))
                .isEqualTo(Reason.MISSING);
        assertThat(store.delete(reference.location())).isTrue();
        assertThat(reason(reference, AMPLE)).isEqualTo(Reason.MISSING);
        assertThat(store.delete(reference.location())).isFalse();
    }

    @Test
    void whatWasAlteredOrHasNoDigestIsRefused() throws IOException {
        ImageReference reference = store.put(IMAGE, "");
        Files.writeString(root.resolve(reference.location()), "another");

        assertThat(reason(reference, AMPLE)).isEqualTo(Reason.ALTERED);
        assertThat(reason(new ImageReference(reference.location(), ""), AMPLE)).isEqualTo(Reason.UNUSABLE);
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        ImageReference reference = store.put(IMAGE, "");

        assertThat(reason(reference, IMAGE.size() - 1)).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void aStoreThatIsAwayIsAFailureAndNoMissingImage() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> store.fetch(new ImageReference("none/x", "0"), AMPLE));
    }

    @Test
    void theImagesOfASubjectAreFoundAndNoOthers() throws IOException {
        ImageReference anns = store.put(IMAGE, "ann");
        store.put(IMAGE, "bob");
        store.put(IMAGE, "");

        assertThat(store.put(IMAGE, "ann")).isEqualTo(anns);
        assertThat(store.locations(Erasure.Subject.named("ann"))).containsExactly(anns.location());
        assertThat(store.locations(Erasure.Subject.named("carol"))).isEmpty();
        assertThat(anns.location()).doesNotContain("ann");
    }

    @Test
    void oldImagesGoAndThoseThatWereReferredToAgainStay() throws IOException {
        ImageReference old = store.put(IMAGE, "ann");
        ImageReference young = store.put(IMAGE, "bob");
        Files.setLastModifiedTime(root.resolve(old.location()), FileTime.from(NOW.minusSeconds(60)));
        Files.setLastModifiedTime(root.resolve(young.location()), FileTime.from(NOW.plusSeconds(60)));

        assertThat(store.deleteOlderThan(NOW)).isOne();
        assertThat(reason(old, AMPLE)).isEqualTo(Reason.MISSING);
        assertThat(store.fetch(young, AMPLE)).isInstanceOf(FetchResult.Found.class);
        assertThat(new FolderImageStore(folder.resolve("none")).deleteOlderThan(NOW))
                .isZero();
    }

    @Test
    void aRecordCarriesASmallImageItselfAndOfALargeOneAReference() throws IOException {
        TrafficImage image = new TrafficImage(IMAGE, Optional.empty(), "e", "/s", NOW, Optional.empty(), "ann");

        var small = new ClaimCheck(Optional.of(store), IMAGE.size()).record(null, image);
        assertThat(small.value()).isEqualTo(IMAGE.bytes());
        assertThat(ImageReference.read(small.headers())).isEmpty();
        assertThat(root).doesNotExist();

        var large = new ClaimCheck(Optional.of(store), IMAGE.size() - 1).record(null, image);
        assertThat(large.value()).isEmpty();
        assertThat(TrafficImage.subject(large.headers())).isEqualTo("ann");
        assertThat(store.fetch(ImageReference.read(large.headers()).orElseThrow(), AMPLE))
                .isEqualTo(new FetchResult.Found(IMAGE));

        var without = new ClaimCheck(Optional.empty(), 1).record(null, image);
        assertThat(without.value()).isEqualTo(IMAGE.bytes());
    }

    private Reason reason(ImageReference reference, int maxBytes) throws IOException {
        FetchResult result = store.fetch(reference, maxBytes);
        assertThat(result).isInstanceOf(FetchResult.Refused.class);
        return ((FetchResult.Refused) result).reason();
    }
}
