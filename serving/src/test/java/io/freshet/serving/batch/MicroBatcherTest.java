package io.freshet.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {

    private static final int SIZE = TinyModels.SHAPE.size();

    private final MeterRegistry registry = new SimpleMeterRegistry();
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
        return batcher(network, workers, maxBatch, maxDelay, maxQueued);
    }

    private MicroBatcher batcher(Network runs, int workers, int maxBatch, Duration maxDelay, int maxQueued) {
        BatchingConfig config = new BatchingConfig(workers, maxBatch, Duration.ofMinutes(1), maxDelay, maxQueued);
        return new MicroBatcher("tiny", runs, SIZE, config, new BatchMetrics(registry), MicroBatcherTest::start);
    }

    private static void start(Runnable worker) {
        Thread.ofPlatform().daemon().start(worker);
    }

    private static ByteBuffer image(int label) {
        return ByteBuffer.allocate(SIZE).put(0, (byte) label);
    }

    private static CompletableFuture<BatchResult> submit(MicroBatcher batcher, int... labels) {
        return batcher.submit(
                IntStream.of(labels).mapToObj(MicroBatcherTest::image).toList());
    }

    private static List<Integer> labels(CompletableFuture<BatchResult> result) throws Exception {
        assertThat(result.get()).isInstanceOf(BatchResult.Answered.class);
        return ((BatchResult.Answered) result.get())
                .scores().stream().map(ImageScores::label).toList();
    }

    private static BatchRun run(CompletableFuture<BatchResult> result) throws Exception {
        return ((BatchResult.Answered) result.get()).run();
    }

    @Test
    void anotherWorkerJoinsWhenASixteenthOfABatchWaits() throws Exception {
        SlowNetwork slow = new SlowNetwork(network);
        try (MicroBatcher batcher = batcher(slow, 2, 32, Duration.ZERO, 100)) {
            CompletableFuture<BatchResult> first = submit(batcher, 1);
            slow.started.await();

            CompletableFuture<BatchResult> second = submit(batcher, 2);
            assertThat(batcher.queued()).isEqualTo(1);
            CompletableFuture<BatchResult> third = submit(batcher, 3);

            await().until(() -> batcher.queued() == 0);
            slow.go.countDown();
            assertThat(labels(first)).containsExactly(1);
            assertThat(labels(second)).containsExactly(2);
            assertThat(labels(third)).containsExactly(3);
        }
    }

    @Test
    void requestsThatComeTogetherRunInOneBatchAndEachGetsItsOwnRows() throws Exception {
        try (MicroBatcher batcher = batcher(1, 4, Duration.ofMinutes(10), 64)) {
            CompletableFuture<BatchResult> one = submit(batcher, 7);
            CompletableFuture<BatchResult> two = submit(batcher, 1, 2);
            CompletableFuture<BatchResult> three = submit(batcher, 9);

            assertThat(labels(one)).containsExactly(7);
            assertThat(labels(two)).containsExactly(1, 2);
            assertThat(labels(three)).containsExactly(9);
            assertThat(run(one)).isSameAs(run(two)).isSameAs(run(three));
            assertThat(run(one).images()).isEqualTo(4);
        }
        assertThat(network.batches()).containsExactly(4);
        assertThat(registry.get("freshet.serving.batch.size").summary().count()).isEqualTo(1);
    }

    @Test
    void aRequestLargerThanABatchIsAnsweredWholeByOneVersion() throws Exception {
        try (MicroBatcher batcher = batcher(2, 4, Duration.ZERO, 64)) {
            CompletableFuture<BatchResult> request = submit(batcher, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

            assertThat(labels(request)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThat(run(request).images()).isEqualTo(10);
        }
        assertThat(network.batches()).containsExactly(4, 4, 2);
    }

    @Test
    void aTensorOfSeveralImagesThatIsADirectBufferRunsAsItIs() throws Exception {
        ByteBuffer tensor = ByteBuffer.allocateDirect(3 * SIZE);
        for (int i = 0; i < 3; i++) {
            tensor.put(i * SIZE, (byte) (i + 4));
        }
        List<ByteBuffer> seen = new ArrayList<>();
        Network watched = new Network() {
            @Override
            public List<ImageScores> classify(ByteBuffer images, int count) {
                seen.add(images);
                return network.classify(images, count);
            }

            @Override
            public void close() {}
        };
        try (MicroBatcher batcher = batcher(watched, 1, 4, Duration.ZERO, 64)) {
            assertThat(labels(batcher.submit(List.of(tensor)))).containsExactly(4, 5, 6);
        }

        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst()).isSameAs(tensor);
    }

    @Test
    void aFullQueueTurnsAwayAndTakesAgainLater() throws Exception {
        SlowNetwork slow = new SlowNetwork(network);
        try (MicroBatcher batcher = batcher(slow, 1, 1, Duration.ZERO, 2)) {
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
        try (MicroBatcher batcher = batcher(1, 1, Duration.ZERO, 64)) {
            CompletableFuture<BatchResult> bad = submit(batcher, 11); // there are ten classes

            assertThatThrownBy(bad::get).isInstanceOf(ExecutionException.class);
            assertThat(labels(submit(batcher, 1))).containsExactly(1);
        }
    }

    @Test
    void numbersThatAreNoProbabilitiesAreNotAnswered() {
        Network unsound = new Network() {
            @Override
            public List<ImageScores> classify(ByteBuffer images, int count) {
                return List.of(new ImageScores(new float[] {Float.NaN, 1}, new float[1]));
            }

            @Override
            public void close() {}
        };
        try (MicroBatcher batcher = batcher(unsound, 1, 1, Duration.ZERO, 64)) {
            assertThatThrownBy(() -> submit(batcher, 1).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("no probabilities");
        }
    }

    @Test
    void aCloseAnswersWhatWaits() throws Exception {
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
