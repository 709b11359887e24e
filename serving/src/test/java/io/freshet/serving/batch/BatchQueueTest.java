package io.freshet.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.serving.batch.BatchQueue.Waiting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BatchQueueTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private static Waiting request(int images) {
        return new Waiting(
                Collections.nCopies(images, ByteBuffer.allocate(1)),
                images,
                System.nanoTime(),
                new CompletableFuture<>());
    }

    @Test
    void aFullBatchIsHandedOutWithoutDelay() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(4, LONG), LONG, 100);
        List<Waiting> requests = List.of(request(1), request(2), request(1), request(1));
        requests.forEach(queue::offer);

        assertThat(queue.take()).isEqualTo(requests.subList(0, 3));
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void aSingleRequestIsHandedOutAfterTheDelay() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(4, LONG), Duration.ofMillis(5), 100);
        Waiting request = request(1);
        queue.offer(request);

        assertThat(queue.take()).containsExactly(request);
    }

    @Test
    void aRequestIsNeverDividedBetweenBatches() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(4, LONG), Duration.ZERO, 100);
        Waiting first = request(3);
        Waiting second = request(2);
        queue.offer(first);
        queue.offer(second);

        assertThat(queue.take()).containsExactly(first);
        assertThat(queue.take()).containsExactly(second);
    }

    @Test
    void aRequestLargerThanABatchGoesAlone() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(4, LONG), LONG, 100);
        Waiting large = request(9);
        queue.offer(large);
        queue.offer(request(1));

        assertThat(queue.take()).containsExactly(large);
    }

    @Test
    void whatGoesBeyondTheBoundIsTurnedAway() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(4, LONG), Duration.ZERO, 5);

        assertThat(queue.offer(request(4))).isTrue();
        assertThat(queue.offer(request(2))).isFalse();
        assertThat(queue.offer(request(1))).isTrue();
        queue.take();
        assertThat(queue.offer(request(2))).isTrue();
    }

    @Test
    void oneThreadGathersWhileAnotherWaitsForTheNextBatch() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(2, LONG), LONG, 100);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<List<Waiting>> one = threads.submit(queue::take);
            Future<List<Waiting>> other = threads.submit(queue::take);
            for (int i = 0; i < 4; i++) {
                queue.offer(request(1));
            }

            assertThat(one.get()).hasSize(2);
            assertThat(other.get()).hasSize(2);
        }
    }

    @Test
    void aClosedQueueHandsOutWhatWaitsThenNothing() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(4, LONG), LONG, 100);
        Waiting waiting = request(1);
        queue.offer(waiting);
        queue.close();

        assertThat(queue.offer(request(1))).isFalse();
        assertThat(queue.take()).containsExactly(waiting);
        assertThat(queue.take()).isEmpty();
    }

    @Test
    void aCloseWakesWhoWaits() throws Exception {
        BatchQueue queue = new BatchQueue(new BatchLimit(4, LONG), LONG, 100);
        Thread taking = Thread.ofPlatform().start(() -> {
            try {
                queue.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> taking.getState() == Thread.State.WAITING);
        queue.close();

        taking.join();
    }
}
