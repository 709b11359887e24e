package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelManagerTest {

    @TempDir
    Path folder;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Map<Long, FakeNetwork> networks = new ConcurrentHashMap<>();
    private ModelStore store;
    private ModelCache cache;
    private ModelManager manager;

    /** Refuses what is called bad, breaks on what is called worse, and waits where it is told to. */
    private final class Loader implements NetworkLoader {

        private final CountDownLatch mayLoad;

        Loader(CountDownLatch mayLoad) {
            this.mayLoad = mayLoad;
        }

        @Override
        public Result load(ModelBundle bundle) {
            try {
                mayLoad.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (bundle.descriptor().architecture().equals("bad")) {
                return new Result.Refused("it is bad");
            }
            if (bundle.descriptor().architecture().equals("worse")) {
                throw new IllegalStateException("it is worse");
            }
            FakeNetwork network = new FakeNetwork(10, TinyModels.SHAPE.size());
            networks.put(bundle.descriptor().version(), network);
            return new Result.Warmed(network);
        }
    }

    @BeforeEach
    void open() throws IOException {
        store = new FolderModelStore(folder.resolve("store"));
        cache = ModelCache.open(folder.resolve("cache"));
        manager = manager(Set.of(), new CountDownLatch(0));
    }

    private ModelManager manager(Set<String> followed, CountDownLatch mayLoad) {
        Backoff backoff = new Backoff(Duration.ofMillis(5), Duration.ofMillis(20));
        return new ModelManager(followed, store, TrustedKeys.NONE, cache, new Loader(mayLoad), backoff, registry);
    }

    @AfterEach
    void close() throws IOException {
        manager.close();
        cache.close();
    }

    private ModelAnnouncement publish(long version) throws IOException {
        return publish(version, "good");
    }

    private ModelAnnouncement publish(long version, String architecture) throws IOException {
        ModelVersion model = new ModelVersion("tiny", version);
        ModelDescriptor like = TinyModels.descriptor(model);
        return publish(new ModelDescriptor(
                like.format(),
                like.model(),
                like.version(),
                like.parent(),
                like.createdAt(),
                like.classes(),
                like.input(),
                like.embeddingSize(),
                architecture,
                like.steps(),
                like.score(),
                like.bestAnchorError(),
                like.lineage()));
    }

    private ModelAnnouncement publish(ModelDescriptor descriptor) throws IOException {
        Path bundle = Files.createDirectories(folder.resolve("scratch-" + descriptor.modelVersion()));
        Files.writeString(bundle.resolve("weights"), "weights of " + descriptor.version());
        return TinyModels.publish(store, descriptor.modelVersion(), ModelBundle.seal(bundle, descriptor));
    }

    private Optional<Long> inService() {
        return manager.find("tiny") instanceof ModelManager.Lookup.InService found
                ? found.model().descriptor().map(ModelDescriptor::version)
                : Optional.empty();
    }

    private void awaitInService(long version) {
        await().untilAsserted(() -> assertThat(inService()).hasValue(version));
    }

    private double swaps(String outcome) {
        return registry.get("freshet.serving.swaps")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private List<String> cached() throws IOException {
        try (Stream<Path> entries = Files.list(folder.resolve("cache/tiny"))) {
            return entries.map(entry -> entry.getFileName().toString().replaceFirst("-.*", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void beforeTheFirstAnnouncementAnyModelMayStillCome() {
        assertThat(manager.find("tiny")).isInstanceOf(ModelManager.Lookup.NotYet.class);
        assertThat(manager.isReady()).isFalse();
    }

    @Test
    void anAnnouncedVersionComesIntoService() throws Exception {
        manager.announce(publish(1));

        awaitInService(1);
        assertThat(manager.isReady()).isTrue();
        assertThat(manager.find("other"))
                .isInstanceOfSatisfying(
                        ModelManager.Lookup.Unknown.class,
                        unknown -> assertThat(unknown.others()).containsExactly("tiny"));
        assertThat(manager.statuses("tiny"))
                .containsExactly(new VersionStatus(new ModelVersion("tiny", 1), new ServableState.Serving()));
        assertThat(swaps("served")).isEqualTo(1);
        assertThat(gauge("freshet.serving.model.version")).isEqualTo(1);
        assertThat(registry.get("freshet.serving.swap.duration").timer().count())
                .isEqualTo(1);
    }

    @Test
    void theNextVersionTakesItsPlaceAndTheOneBeforeIsClosed() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);
        manager.announce(publish(2));
        awaitInService(2);

        await().untilAsserted(
                        () -> assertThat(gauge("freshet.serving.models.open")).isEqualTo(1));
        assertThat(networks.get(1L)).matches(FakeNetwork::isClosed);
        assertThat(networks.get(2L)).matches(network -> !network.isClosed());
    }

    @Test
    void aVersionThatIsInUseDrainsBeforeItCloses() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);
        ServedModel model = ((ModelManager.Lookup.InService) manager.find("tiny")).model();
        try (ServableModel.Lease lease = model.acquire().orElseThrow()) {
            manager.announce(publish(2));
            awaitInService(2);

            assertThat(networks.get(1L)).matches(network -> !network.isClosed());
            assertThat(gauge("freshet.serving.models.open")).isEqualTo(2);
            assertThat(manager.statuses("tiny"))
                    .contains(new VersionStatus(lease.descriptor().modelVersion(), new ServableState.Draining()));
        }
        assertThat(networks.get(1L)).matches(FakeNetwork::isClosed);
        assertThat(gauge("freshet.serving.models.open")).isEqualTo(1);
    }

    @Test
    void ofSeveralAnnouncedMeanwhileOnlyTheNewestIsLoaded() throws Exception {
        manager.close();
        CountDownLatch mayLoad = new CountDownLatch(1);
        manager = manager(Set.of(), mayLoad);
        for (int version = 1; version <= 9; version++) {
            manager.announce(publish(version));
        }
        mayLoad.countDown();
        awaitInService(9);

        // One may have been under way before the last came.
        assertThat(networks.keySet()).contains(9L).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aRefusedVersionLeavesWhatServes() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);
        manager.announce(publish(2, "bad"));
        await().untilAsserted(() -> assertThat(swaps("refused")).isEqualTo(1));

        assertThat(inService()).hasValue(1L);
        assertThat(manager.statuses("tiny"))
                .contains(new VersionStatus(new ModelVersion("tiny", 2), new ServableState.Refused("it is bad")));
        await().untilAsserted(() -> assertThat(cached()).containsExactly("1"));
    }

    @Test
    void aVersionOfOtherClassesIsRefused() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);
        manager.announce(
                publish(TinyModels.descriptor(new ModelVersion("tiny", 2), List.of("cat", "dog"), TinyModels.SHAPE)));

        await().untilAsserted(() -> assertThat(swaps("refused")).isEqualTo(1));
        assertThat(inService()).hasValue(1L);
    }

    @Test
    void aLoaderThatBreaksIsCountedAndLoadsTheNext() throws Exception {
        manager.announce(publish(1, "worse"));
        await().untilAsserted(() -> assertThat(swaps("failed")).isEqualTo(1));
        manager.announce(publish(2));

        awaitInService(2);
    }

    @Test
    void aBundleThatCannotBeHadYetIsTriedAgainAndCountedOnce() throws Exception {
        Path away = folder.resolve("away");
        ModelAnnouncement announcement = publish(1);
        Files.move(folder.resolve("store"), away);
        manager.announce(announcement);
        await().untilAsserted(() -> assertThat(swaps("failed")).isEqualTo(1));
        assertThat(manager.find("tiny")).isInstanceOf(ModelManager.Lookup.NotYet.class);
        Files.move(away, folder.resolve("store"));

        awaitInService(1);
        assertThat(swaps("failed")).isEqualTo(1);
    }

    @Test
    void aVersionThatCannotBeHadGivesWayToTheNext() throws Exception {
        manager.announce(TinyModels.announcement(new ModelVersion("tiny", 1), "tiny/1", "0".repeat(64)));
        await().untilAsserted(() -> assertThat(swaps("failed")).isEqualTo(1));
        manager.announce(publish(2));

        awaitInService(2);
    }

    @Test
    void theVersionBeforeStaysInTheCacheAndThoseBeforeItGo() throws Exception {
        for (int version = 1; version <= 4; version++) {
            manager.announce(publish(version));
            awaitInService(version);
        }

        await().untilAsserted(() -> assertThat(cached()).containsExactly("3", "4"));
    }

    @Test
    void aRollbackIsServedThoughItsNumberIsLower() throws Exception {
        ModelAnnouncement first = publish(1);
        manager.announce(first);
        awaitInService(1);
        manager.announce(publish(2));
        awaitInService(2);
        manager.announce(first);

        awaitInService(1);
        assertThat(swaps("served")).isEqualTo(3);
    }

    @Test
    void whatServesAlreadyIsNotLoadedAgain() throws Exception {
        ModelAnnouncement first = publish(1);
        manager.announce(first);
        awaitInService(1);
        manager.announce(first);
        manager.announce(publish(2));
        awaitInService(2);

        assertThat(swaps("served")).isEqualTo(2);
    }

    @Test
    void onlyConfiguredModelsAreFollowedAndAllOfThemMakeItReady() throws Exception {
        manager.close();
        manager = manager(Set.of("tiny", "small"), new CountDownLatch(0));
        ModelVersion other = new ModelVersion("other", 1);
        manager.announce(publish(TinyModels.descriptor(other)));
        manager.announce(publish(1));
        awaitInService(1);

        assertThat(manager.find("other")).isInstanceOf(ModelManager.Lookup.Unknown.class);
        assertThat(manager.find("small")).isInstanceOf(ModelManager.Lookup.NotYet.class);
        assertThat(manager.isReady()).isFalse();
        manager.announce(publish(TinyModels.descriptor(new ModelVersion("small", 1))));
        await().until(manager::isReady);
    }

    @Test
    void aCloseClosesWhatServes() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);
        manager.close();

        assertThat(networks.get(1L)).matches(FakeNetwork::isClosed);
        assertThat(manager.isReady()).isFalse();
    }
}
