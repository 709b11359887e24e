package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.ServingPolicy;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.rollout.RolloutCriteria;
import io.freshet.serving.rollout.StageConfig;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final List<ModelAnnouncement> published = new CopyOnWriteArrayList<>();
    private RolloutConfig rollout = RolloutConfig.direct();
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
            FakeNetwork network = bundle.descriptor().architecture().equals("failing")
                    ? new FakeNetwork(0, TinyModels.SHAPE.size()) // it cannot tell a single class
                    : new FakeNetwork(10, TinyModels.SHAPE.size());
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
        return new ModelManager(
                followed,
                new ModelManager.Settings(BatchingConfig.defaults(), rollout, backoff),
                store,
                TrustedKeys.NONE,
                cache,
                new Loader(mayLoad),
                published::add,
                Clock.systemUTC(),
                registry,
                Tracing.off());
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
                like.mixedPrecision(),
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
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString().replaceFirst("-.*", ""))
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

        await().untilAsserted(() -> assertThat(gauge("freshet.serving.open")).isEqualTo(1));
        assertThat(networks.get(1L)).matches(FakeNetwork::isClosed);
        assertThat(networks.get(2L)).matches(network -> !network.isClosed());
    }

    @Test
    void aVersionThatIsInUseDrainsBeforeItCloses() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);
        ServedModel model = ((ModelManager.Lookup.InService) manager.find("tiny")).model();
        try (Route route = ((Routing.Found) model.route(new Selector.InService(), "")).route()) {
            manager.announce(publish(2));
            awaitInService(2);

            assertThat(networks.get(1L)).matches(network -> !network.isClosed());
            assertThat(gauge("freshet.serving.open")).isEqualTo(2);
            assertThat(manager.statuses("tiny"))
                    .contains(new VersionStatus(
                            route.descriptor().modelVersion(), new ServableState.Draining(Optional.empty())));
        }
        await().untilAsserted(() -> assertThat(networks.get(1L)).matches(FakeNetwork::isClosed));
        await().untilAsserted(() -> assertThat(gauge("freshet.serving.open")).isEqualTo(1));
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

    /** As after a restart, while the word on the refused version is the last that Kafka has. */
    @Test
    void aVersionThatWasOvertakenWhileItLoadedServesIfWhatOvertookItIsRefused() throws Exception {
        manager.close();
        CountDownLatch mayLoad = new CountDownLatch(1);
        manager = manager(Set.of(), mayLoad);
        ModelAnnouncement good = publish(1);
        manager.announce(good);
        await().until(() ->
                manager.statuses("tiny").stream().anyMatch(status -> status.state() instanceof ServableState.Verified));
        manager.announce(publish(2, "bad"));
        mayLoad.countDown();
        await().untilAsserted(() -> assertThat(swaps("refused")).isEqualTo(1));

        awaitInService(1);
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

    private static final StageConfig EVERYBODY = new StageConfig(1, 20, Duration.ZERO, Duration.ofMinutes(1));

    private void useRollout(StageConfig shadow, StageConfig canary) {
        manager.close();
        rollout = new RolloutConfig(shadow, canary, RolloutCriteria.defaults());
        manager = manager(Set.of(), new CountDownLatch(0));
    }

    /** Sends images of all classes through the model, each of a client of its own. */
    private List<Long> answeredBy(int images) throws Exception {
        List<Long> versions = new ArrayList<>();
        ServedModel model = ((ModelManager.Lookup.InService) manager.find("tiny")).model();
        for (int i = 0; i < images; i++) {
            ByteBuffer image = ByteBuffer.allocate(TinyModels.SHAPE.size()).put(0, (byte) (i % 10));
            try (Route route = ((Routing.Found) model.route(new Selector.InService(), "client-" + i)).route()) {
                Reply reply = route.classify(List.of(image)).get();
                versions.add(((Reply.Answered) reply).model().version());
            }
        }
        return versions;
    }

    private Optional<ServableState> state(long version) {
        return manager.statuses("tiny").stream()
                .filter(status -> status.version().version() == version)
                .map(VersionStatus::state)
                .reduce((earlier, later) -> later);
    }

    @Test
    void aPromotedVersionIsShadowedThenACanaryThenInService() throws Exception {
        useRollout(EVERYBODY, EVERYBODY);
        manager.announce(publish(1));
        awaitInService(1);
        manager.announce(publish(2));

        await().until(() -> state(2).equals(Optional.of(new ServableState.Shadowing())));
        assertThat(answeredBy(30)).containsOnly(1L);
        await().until(() -> state(2).equals(Optional.of(new ServableState.Canary())));
        assertThat(gauge("freshet.serving.rollout.stage")).isEqualTo(2);
        assertThat(answeredBy(30)).containsOnly(2L);
        awaitInService(2);
        assertThat(state(2)).hasValue(new ServableState.Serving());
        assertThat(gauge("freshet.serving.rollout.stage")).isZero();
        assertThat(published).isEmpty();
    }

    @Test
    void aCanaryThatFailsIsWithdrawnForAllReplicasAndNoRequestFails() throws Exception {
        useRollout(new StageConfig(0, 1, Duration.ZERO, Duration.ZERO), EVERYBODY);
        ModelAnnouncement first = publish(1);
        manager.announce(first);
        awaitInService(1);
        ModelAnnouncement second = publish(2, "failing");
        manager.announce(second);
        await().until(() -> state(2).equals(Optional.of(new ServableState.Canary())));

        assertThat(answeredBy(5)).containsOnly(1L);
        await().until(() -> !published.isEmpty());
        ModelAnnouncement back = published.getFirst();
        assertThat(back.isSameBundleAs(first)).isTrue();
        assertThat(back.reason()).isEqualTo(ModelAnnouncement.Reason.ROLLED_BACK);
        assertThat(back.withdrawn().map(ModelAnnouncement.Withdrawn::version)).hasValue(2L);
        assertThat(back.withdrawn().orElseThrow().why()).contains("5 of 5 requests failed");
        assertThat(swaps("withdrawn")).isEqualTo(1);
        await().untilAsserted(() -> assertThat(state(2))
                .hasValueSatisfying(state -> assertThat(state).isInstanceOf(ServableState.Retired.class)));

        manager.announce(back); // as every replica reads it
        assertThat(answeredBy(5)).containsOnly(1L);
        manager.announce(publish(3));
        await().until(() -> state(3).equals(Optional.of(new ServableState.Canary())));
    }

    @Test
    void whatAnotherReplicaWithdrewLeavesHereToo() throws Exception {
        useRollout(EVERYBODY, EVERYBODY);
        ModelAnnouncement first = publish(1);
        manager.announce(first);
        awaitInService(1);
        manager.announce(publish(2));
        await().until(() -> state(2).equals(Optional.of(new ServableState.Shadowing())));

        manager.announce(withdrawal(first, 2));
        await().untilAsserted(
                        () -> assertThat(state(2)).hasValue(new ServableState.Retired(Optional.of("it is slow"))));
        assertThat(inService()).hasValue(1L);
    }

    private static ModelAnnouncement withdrawal(ModelAnnouncement stays, long leaves) {
        return new ModelAnnouncement(
                stays.model(),
                stays.location(),
                stays.manifestSha256(),
                stays.announcedAt(),
                ModelAnnouncement.Reason.ROLLED_BACK,
                Optional.empty(),
                Optional.of(new ModelAnnouncement.Withdrawn(leaves, "it is slow")));
    }

    @Test
    void aWithdrawalThatCrossesANewerVersionDoesNotUndoIt() throws Exception {
        ModelAnnouncement first = publish(1);
        manager.announce(first);
        awaitInService(1);
        ModelAnnouncement third = publish(3);
        manager.announce(third);
        awaitInService(3);
        manager.announce(withdrawal(first, 2));

        assertThat(published).containsExactly(third);
        assertThat(inService()).hasValue(3L);
    }

    @Test
    void pinnedVersionsServeSideBySideWhateverIsAnnounced() throws Exception {
        ModelAnnouncement first = publish(1);
        ModelAnnouncement second = publish(2);
        manager.setPolicy(new ServingPolicy("tiny", List.of(first, second), Map.of("beta", 1L), Instant.EPOCH));
        awaitInService(2);
        manager.announce(publish(3));

        ServedModel model = ((ModelManager.Lookup.InService) manager.find("tiny")).model();
        await().untilAsserted(() ->
                assertThat(model.versions()).containsExactly(new ModelVersion("tiny", 2), new ModelVersion("tiny", 1)));
        assertThat(model.descriptor(new Selector.Label("beta")).map(ModelDescriptor::version))
                .hasValue(1L);

        manager.setPolicy(ServingPolicy.latest("tiny", Instant.EPOCH));
        awaitInService(3);
        await().untilAsserted(() -> assertThat(gauge("freshet.serving.open")).isEqualTo(1));
    }

    @Test
    void theVersionThatIsLabelledStableAnswersThoughItsNumberIsLower() throws Exception {
        manager.setPolicy(
                new ServingPolicy("tiny", List.of(publish(1), publish(2)), Map.of("stable", 1L), Instant.EPOCH));

        awaitInService(1);
    }

    @Test
    void whatIsUnloadedByHandComesBackByHand() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);

        assertThat(manager.unload("tiny").toCompletableFuture().get()).isEqualTo(new Repository.Outcome.Done());
        assertThat(inService()).isEmpty();
        assertThat(manager.load("tiny").toCompletableFuture().get()).isEqualTo(new Repository.Outcome.Done());
        assertThat(inService()).hasValue(1L);
        assertThat(manager.load("other").toCompletableFuture().get()).isEqualTo(new Repository.Outcome.Unknown());
    }

    @Test
    void aManagerThatHearsNothingServesWhatTheCacheRemembers() throws Exception {
        manager.announce(publish(1));
        awaitInService(1);
        manager.announce(publish(2));
        awaitInService(2);
        manager.close();
        Files.move(folder.resolve("store"), folder.resolve("away"));
        manager = manager(Set.of(), new CountDownLatch(0));

        assertThat(manager.restore()).isEqualTo(1);
        awaitInService(2);
    }
}
