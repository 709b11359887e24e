package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.serving.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {

    @TempDir
    Path folder;

    private ModelStore store;
    private ModelCache cache;

    @BeforeEach
    void open() throws IOException {
        store = new FolderModelStore(folder.resolve("store"));
        cache = ModelCache.open(folder.resolve("cache"));
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
    }

    /** A bundle with a file in place of a SavedModel: the cache looks at no more than its sums. */
    private ModelAnnouncement publish(long version) throws IOException {
        ModelVersion model = new ModelVersion("tiny", version);
        Path bundle = Files.createDirectories(folder.resolve("scratch-" + version));
        Files.writeString(bundle.resolve("weights"), "weights of " + version);
        return TinyModels.publish(store, model, ModelBundle.seal(bundle, TinyModels.descriptor(model)));
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> entries = Files.list(folder.resolve("cache/tiny"))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aBundleIsCopiedOutOfTheStore() throws Exception {
        ModelAnnouncement announcement = publish(1);

        Path fetched = cache.fetch(announcement, store);

        assertThat(fetched.resolve("weights")).hasContent("weights of 1");
        assertThat(cached())
                .containsExactly("1-" + announcement.manifestSha256().substring(0, 12));
    }

    @Test
    void whatIsThereAndWholeIsTakenWithoutTheStore() throws Exception {
        ModelAnnouncement announcement = publish(1);
        Path fetched = cache.fetch(announcement, store);

        assertThat(cache.fetch(announcement, new FolderModelStore(folder.resolve("gone"))))
                .isEqualTo(fetched);
    }

    @Test
    void whatIsThereAndBrokenIsFetchedAgain() throws Exception {
        ModelAnnouncement announcement = publish(1);
        Files.writeString(cache.fetch(announcement, store).resolve("weights"), "half of the wei");

        assertThat(cache.fetch(announcement, store).resolve("weights")).hasContent("weights of 1");
    }

    @Test
    void aFetchThatFailsLeavesNothingBehind() throws Exception {
        ModelAnnouncement announcement = TinyModels.announcement(new ModelVersion("tiny", 9), "tiny/9", "0".repeat(64));

        assertThatThrownBy(() -> cache.fetch(announcement, store)).isInstanceOf(NoSuchFileException.class);
        assertThat(cached()).isEmpty();
    }

    @Test
    void aManifestSumThatIsNoneNamesNoFolder() {
        ModelAnnouncement announcement =
                TinyModels.announcement(new ModelVersion("tiny", 1), "tiny/1", "/../../../../etc");

        assertThatThrownBy(() -> cache.fetch(announcement, store)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyWhatIsKeptStays() throws Exception {
        ModelAnnouncement first = publish(1);
        ModelAnnouncement second = publish(2);
        cache.fetch(first, store);
        Path kept = cache.fetch(second, store);
        Files.createDirectories(kept.resolveSibling(".unfinished-7/half"));

        cache.keepOnly("tiny", Set.of(second));

        assertThat(cached()).containsExactly(kept.getFileName().toString());
    }

    @Test
    void aFolderThatAnotherHasOpenIsNamed() throws Exception {
        assertThatThrownBy(() -> ModelCache.open(folder.resolve("cache")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.resolve("cache").toString())
                .hasMessageContaining("in use");

        cache.close();
        ModelCache.open(folder.resolve("cache")).close();
    }
}
