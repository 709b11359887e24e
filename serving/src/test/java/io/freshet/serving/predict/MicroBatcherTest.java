package io.freshet.serving.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.ImageScores;
import io.freshet.serving.model.InService;
import io.freshet.serving.model.Network;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private static final int SIZE = TinyModels.SHAPE.size();

    private final DistributionSummary sizes = new SimpleMeterRegistry().summary("sizes");
    private final InService service = new InService("tiny");
    private final FakeNetwork network = new FakeNetwork(10, SIZE);

    /** Holds its runs until it is told to go on. */
    private static final class SlowNetwork implements Network {

        private final Network network;
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);

        SlowNetwork(Network network) {
            this.network = network;
        }

        @Override
        public List<ImageScores> classify(ByteBuffer images, int count) {
            started.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return network.classify(images, count);
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private MicroBatcher batcher(int workers, int maxBatch, Duration maxDelay, int maxQueued) {
        BatchingConfig config = new BatchingConfig(workers, maxBatch, maxDelay, maxQueued);
        return new MicroBatcher(service.model(), TinyModels.SHAPE, config, sizes);
    }

    private static byte[] image(int label) {
        byte[] image = new byte[SIZE];
        image[0] = (byte) label;
        return image;
    }

    private static CompletableFuture<BatchResult> submit(MicroBatcher batcher, int... labels) {
        return batcher.submit(
                IntStream.of(labels).mapToObj(MicroBatcherTest::image).toList(), OptionalLong.empty());
    }

    private static List<Integer> labels(CompletableFuture<BatchResult> result) throws Exception {
        assertThat(result.get()).isInstanceOf(BatchResult.Answered.class);
        return ((BatchResult.Answered) result.get())
                .scores().stream().map(ImageScores::label).toList();
    }

    @Test
    void requestsThatComeTogetherRunInOneBatchAndEachGetsItsOwnRows() throws Exception {
        service.swap(3, network);
        try (MicroBatcher batcher = batcher(1, 4, Duration.ofMinutes(10), 64)) {
            CompletableFuture<BatchResult> one = submit(batcher, 7);
            CompletableFuture<BatchResult> two = submit(batcher, 1, 2);
            CompletableFuture<BatchResult> three = submit(batcher, 9);

            assertThat(labels(one)).containsExactly(7);
            assertThat(labels(two)).containsExactly(1, 2);
            assertThat(labels(three)).containsExactly(9);
            assertThat(one.get())
                    .isInstanceOfSatisfying(
                            BatchResult.Answered.class,
                            answered ->
                                    assertThat(answered.model().modelVersion()).isEqualTo(new ModelVersion("tiny", 3)));
        }
        assertThat(network.batches()).containsExactly(4);
        assertThat(sizes.count()).isEqualTo(1);
    }

    @Test
    void aRequestLargerThanABatchIsAnsweredWholeByOneVersion() throws Exception {
        service.swap(1, network);
        try (MicroBatcher batcher = batcher(2, 4, Duration.ZERO, 64)) {
            assertThat(labels(submit(batcher, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)))
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
        assertThat(network.batches()).containsExactly(4, 4, 2);
    }

    @Test
    void aBatchUnderWayEndsOnTheVersionThatItBeganOn() throws Exception {
        SlowNetwork slow = new SlowNetwork(network);
        FakeNetwork next = new FakeNetwork(10, SIZE);
        service.swap(1, slow);
        try (MicroBatcher batcher = batcher(1, 4, Duration.ZERO, 64)) {
            CompletableFuture<BatchResult> before = submit(batcher, 5);
            slow.started.await();
            service.swap(2, next);
            CompletableFuture<BatchResult> after = submit(batcher, 6);
            assertThat(network.isClosed()).isFalse();
            slow.go.countDown();

            assertThat(version(before)).isEqualTo(1);
            assertThat(version(after)).isEqualTo(2);
            await().until(network::isClosed);
        }
        assertThat(network.faults()).isZero();
    }

    private static long version(CompletableFuture<BatchResult> result) throws Exception {
        ModelDescriptor model = ((BatchResult.Answered) result.get()).model();
        return model.version();
    }

    @Test
    void aRequestForAnotherVersionIsToldWhichOneServes() throws Exception {
        service.swap(2, network);
        try (MicroBatcher batcher = batcher(1, 4, Duration.ZERO, 64)) {
            assertThat(batcher.submit(List.of(image(0)), OptionalLong.of(1)).get())
                    .isEqualTo(new BatchResult.OtherVersion(new ModelVersion("tiny", 2)));
            assertThat(batcher.submit(List.of(image(0)), OptionalLong.of(2)).get())
                    .isInstanceOf(BatchResult.Answered.class);
        }
    }

    @Test
    void withoutAVersionInServiceNothingIsAnswered() throws Exception {
        try (MicroBatcher batcher = batcher(1, 4, Duration.ZERO, 64)) {
            assertThat(submit(batcher, 0).get()).isEqualTo(new BatchResult.Unavailable());
        }
    }

    @Test
    void aFullQueueTurnsAwayAndTakesAgainLater() throws Exception {
        SlowNetwork slow = new SlowNetwork(network);
        service.swap(1, slow);
        try (MicroBatcher batcher = batcher(1, 1, Duration.ZERO, 2)) {
            CompletableFuture<BatchResult> running = submit(batcher, 0);
            slow.started.await();
            List<CompletableFuture<BatchResult>> waiting = List.of(submit(batcher, 1), submit(batcher, 2));

            assertThat(batcher.queued()).isEqualTo(2);
            assertThat(submit(batcher, 3).get()).isEqualTo(new BatchResult.Overloaded());
            slow.go.countDown();
            assertThat(labels(running)).containsExactly(0);
            assertThat(labels(waiting.get(1))).containsExactly(2);
            assertThat(labels(submit(batcher, 4))).containsExactly(4);
        }
    }

    @Test
    void aBatchThatFailsFailsItsRequestsAndNoOthers() throws Exception {
        service.swap(1, network);
        try (MicroBatcher batcher = batcher(1, 1, Duration.ZERO, 64)) {
            CompletableFuture<BatchResult> bad = submit(batcher, 11); // there are ten classes

            assertThatThrownBy(bad::get).isInstanceOf(ExecutionException.class);
            assertThat(labels(submit(batcher, 1))).containsExactly(1);
        }
    }

    @Test
    void numbersThatAreNoProbabilitiesAreNotAnswered() {
        service.swap(1, new Network() {
            @Override
            public List<ImageScores> classify(ByteBuffer images, int count) {
                return List.of(new ImageScores(new float[] {Float.NaN, 1}, new float[1]));
            }

            @Override
            public void close() {}
        });
        try (MicroBatcher batcher = batcher(1, 1, Duration.ZERO, 64)) {
            assertThatThrownBy(() -> submit(batcher, 1).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("no probabilities");
        }
    }

    @Test
    void aCloseAnswersWhatWaits() throws Exception {
        service.swap(1, network);
        List<CompletableFuture<BatchResult>> results = new ArrayList<>();
        try (MicroBatcher batcher = batcher(2, 4, Duration.ofMinutes(10), 64)) {
            for (int i = 0; i < 10; i++) {
                results.add(submit(batcher, i));
            }
        }

        for (int i = 0; i < 10; i++) {
            assertThat(labels(results.get(i))).containsExactly(i);
        }
    }
}
