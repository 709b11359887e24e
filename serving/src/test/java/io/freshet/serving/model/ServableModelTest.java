package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.ModelVersion;
import io.freshet.serving.batch.BatchMetrics;
import io.freshet.serving.batch.BatchResult;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.batch.Network;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServableModelTest {

    private static final int SIZE = TinyModels.SHAPE.size();
    private static final List<ByteBuffer> IMAGE = List.of(ByteBuffer.allocateDirect(SIZE));
    private static final ServableModel.Surroundings SURROUNDINGS = new ServableModel.Surroundings(
            BatchingConfig.defaults(),
            new BatchMetrics(new SimpleMeterRegistry()),
            worker -> Thread.ofPlatform().daemon().start(worker),
            close -> Thread.ofPlatform().daemon().start(close));

    private final AtomicInteger closes = new AtomicInteger();
    private final FakeNetwork network = new FakeNetwork(2, SIZE);
    private final ServableModel model = model(1, network, closes::incrementAndGet);

    private static ServableModel model(long version, Network network, Runnable whenClosed) {
        return new ServableModel(
                TinyModels.descriptor(new ModelVersion("tiny", version)), network, SURROUNDINGS, whenClosed);
    }

    private static int answers(ServableModel.Lease lease) throws Exception {
        return ((BatchResult.Answered) lease.classify(IMAGE).get()).scores().size();
    }

    @AfterEach
    void retire() {
        model.retire();
        await().until(network::isClosed);
        assertThat(network.faults()).isZero();
    }

    @Test
    void aModelInServiceStaysOpenBetweenLeases() throws Exception {
        model.acquire().orElseThrow().close();

        assertThat(network.isClosed()).isFalse();
        try (ServableModel.Lease lease = model.acquire().orElseThrow()) {
            assertThat(answers(lease)).isEqualTo(1);
        }
    }

    @Test
    void aRetiredModelWithoutLeasesCloses() {
        model.retire();

        assertThat(model.acquire()).isEmpty();
        await().until(network::isClosed);
        await().untilAsserted(() -> assertThat(closes).hasValue(1));
    }

    @Test
    void aRetiredModelClosesWithItsLastLease() throws Exception {
        ServableModel.Lease first = model.acquire().orElseThrow();
        ServableModel.Lease second = model.acquire().orElseThrow();
        model.retire();
        first.close();

        assertThat(answers(second)).isEqualTo(1);
        assertThat(network.isClosed()).isFalse();

        second.close();
        await().until(network::isClosed);
    }

    @Test
    void whatIsGivenBackTwiceCountsOnce() throws Exception {
        ServableModel.Lease held = model.acquire().orElseThrow();
        ServableModel.Lease returned = model.acquire().orElseThrow();
        returned.close();
        returned.close();
        model.retire();
        model.retire();

        assertThat(answers(held)).isEqualTo(1);
        held.close();
        await().until(network::isClosed);
    }

    @Test
    void aLeaseThatWasGivenBackRunsNothing() {
        ServableModel.Lease lease = model.acquire().orElseThrow();
        lease.close();

        assertThatThrownBy(() -> lease.classify(IMAGE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBatchUnderWayKeepsTheModelOpenWithoutItsLease() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        FakeNetwork real = new FakeNetwork(2, SIZE);
        ServableModel slow = model(
                2,
                new Network() {
                    @Override
                    public List<ImageScores> classify(ByteBuffer images, int count) {
                        started.countDown();
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return real.classify(images, count);
                    }

                    @Override
                    public void close() {
                        real.close();
                    }
                },
                () -> {});
        CompletableFuture<BatchResult> running;
        try (ServableModel.Lease lease = slow.acquire().orElseThrow()) {
            running = lease.classify(IMAGE);
        }
        started.await();
        slow.retire();
        assertThat(real.isClosed()).isFalse();
        go.countDown();

        assertThat(running.get()).isInstanceOf(BatchResult.Answered.class);
        await().until(real::isClosed);
        assertThat(real.faults()).isZero();
    }

    @Test
    void eightThreadsRunThroughTwoHundredSwapsAndNeverMeetAClosedModel() throws Exception {
        ServedModel served = new ServedModel("tiny");
        List<FakeNetwork> networks = new ArrayList<>();
        AtomicInteger closed = new AtomicInteger();
        AtomicBoolean swapping = new AtomicBoolean(true);
        served.replace(swapIn(1, networks, closed));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            Callable<Long> client = () -> {
                long newest = 0;
                while (swapping.get()) {
                    Routing.Found found = (Routing.Found) served.route(new Selector.InService(), "");
                    try (Route route = found.route()) {
                        Reply.Answered answered =
                                (Reply.Answered) route.classify(IMAGE).get();
                        assertThat(answered.scores()).hasSize(1);
                        assertThat(answered.model().version()).isGreaterThanOrEqualTo(newest);
                        newest = answered.model().version();
                    }
                }
                return newest;
            };
            List<Future<Long>> clients =
                    Stream.generate(() -> client).limit(8).map(threads::submit).toList();
            for (int version = 2; version <= 201; version++) {
                served.replace(swapIn(version, networks, closed));
            }
            swapping.set(false);
            for (Future<Long> finished : clients) {
                assertThat(finished.get()).isBetween(0L, 201L);
            }
        }

        await().untilAsserted(() -> assertThat(closed).hasValue(200));
        assertThat(networks).hasSize(201).allMatch(network -> network.faults() == 0);
        served.replace(Lineup.EMPTY);
        await().untilAsserted(() -> assertThat(networks).allMatch(FakeNetwork::isClosed));
        assertThat(served.route(new Selector.InService(), "")).isInstanceOf(Routing.NoSuchVersion.class);
    }

    private static Lineup swapIn(long version, List<FakeNetwork> networks, AtomicInteger closed) {
        FakeNetwork network = new FakeNetwork(2, SIZE);
        networks.add(network);
        return Lineup.of(model(version, network, closed::incrementAndGet));
    }
}
