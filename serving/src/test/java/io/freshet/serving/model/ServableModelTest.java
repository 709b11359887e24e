package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.ModelVersion;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServableModelTest {

    private static final ByteBuffer IMAGE = ByteBuffer.allocateDirect(1);

    private final AtomicInteger closes = new AtomicInteger();
    private final FakeNetwork network = new FakeNetwork(2, 1);
    private final ServableModel model = model(1, network, closes::incrementAndGet);

    private static ServableModel model(long version, Network network, Runnable whenClosed) {
        return new ServableModel(TinyModels.descriptor(new ModelVersion("tiny", version)), network, whenClosed);
    }

    @Test
    void aModelInServiceStaysOpenBetweenLeases() {
        model.acquire().orElseThrow().close();

        assertThat(network.isClosed()).isFalse();
        assertThat(model.acquire()).isPresent();
    }

    @Test
    void aRetiredModelWithoutLeasesClosesAtOnce() {
        model.retire();

        assertThat(network.isClosed()).isTrue();
        assertThat(closes).hasValue(1);
        assertThat(model.acquire()).isEmpty();
    }

    @Test
    void aRetiredModelClosesWithItsLastLease() {
        ServableModel.Lease first = model.acquire().orElseThrow();
        ServableModel.Lease second = model.acquire().orElseThrow();
        model.retire();
        first.close();

        assertThat(second.classify(IMAGE, 1)).hasSize(1);
        assertThat(network.isClosed()).isFalse();

        second.close();
        assertThat(network.isClosed()).isTrue();
        assertThat(closes).hasValue(1);
    }

    @Test
    void whatIsGivenBackTwiceCountsOnce() {
        ServableModel.Lease held = model.acquire().orElseThrow();
        ServableModel.Lease returned = model.acquire().orElseThrow();
        returned.close();
        returned.close();
        model.retire();
        model.retire();

        assertThat(network.isClosed()).isFalse();
        held.close();
        assertThat(network.isClosed()).isTrue();
    }

    @Test
    void aLeaseThatWasGivenBackRunsNothing() {
        ServableModel.Lease lease = model.acquire().orElseThrow();
        lease.close();

        assertThatThrownBy(() -> lease.classify(IMAGE, 1)).isInstanceOf(IllegalStateException.class);
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
                    try (ServableModel.Lease lease = served.acquire().orElseThrow()) {
                        assertThat(lease.classify(IMAGE, 1)).hasSize(1);
                        assertThat(lease.descriptor().version()).isGreaterThanOrEqualTo(newest);
                        newest = lease.descriptor().version();
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

        assertThat(networks).hasSize(201).allMatch(network -> network.faults() == 0);
        assertThat(closed).hasValue(200);
        served.replace(null);
        assertThat(networks).allMatch(FakeNetwork::isClosed);
        assertThat(served.acquire()).isEmpty();
    }

    private static ServableModel swapIn(long version, List<FakeNetwork> networks, AtomicInteger closed) {
        FakeNetwork network = new FakeNetwork(2, 1);
        networks.add(network);
        return model(version, network, closed::incrementAndGet);
    }
}
