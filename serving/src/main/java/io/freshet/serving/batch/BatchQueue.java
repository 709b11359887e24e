package io.freshet.serving.batch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Requests that wait, handed out in batches of whole requests, first come, first served: a batch is full when the next
 * request would not fit, and one that is larger than a batch goes alone. Thread safe.
 */
final class BatchQueue {

    /**
     * A request's images.
     *
     * @param images each one image or several
     * @param count of images in all, at least one
     * @param since {@link System#nanoTime()} at which it came
     */
    record Waiting(List<ByteBuffer> images, int count, long since, CompletableFuture<BatchResult> result) {}

    private final BatchLimit limit;
    private final long maxDelayNanos;
    private final int maxQueued;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Waiting> requests = new ArrayDeque<>();
    private int images;
    private boolean gathering;
    private boolean closed;

    BatchQueue(BatchLimit limit, Duration maxDelay, int maxQueued) {
        this.limit = limit;
        this.maxDelayNanos = maxDelay.toNanos();
        this.maxQueued = maxQueued;
    }

    /** Whether there was room, or else the queue is full or closed. */
    boolean offer(Waiting request) {
        lock.lock();
        try {
            if (closed || images + request.count() > maxQueued) {
                return false;
            }
            requests.add(request);
            images += request.count();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a batch, which is empty when the queue is closed and there will be none. */
    List<Waiting> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            // One thread at a time gathers, or two would each wait for the company that the other has.
            while (gathering || requests.isEmpty()) {
                if (closed && requests.isEmpty()) {
                    return List.of();
                }
                changed.await();
            }
            gathering = true;
            try {
                awaitCompany(requests.getFirst());
                return nextBatch();
            } finally {
                gathering = false;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitCompany(Waiting first) throws InterruptedException {
        long left = first.since() + maxDelayNanos - System.nanoTime();
        while (left > 0 && images < limit.images() && !closed) {
            left = changed.awaitNanos(left);
        }
    }

    private List<Waiting> nextBatch() {
        List<Waiting> batch = new ArrayList<>();
        int most = limit.images();
        int size = 0;
        while (!requests.isEmpty()
                && (batch.isEmpty() || size + requests.getFirst().count() <= most)) {
            Waiting next = requests.removeFirst();
            size += next.count();
            batch.add(next);
        }
        images -= size;
        return batch;
    }

    /** How many images wait. */
    int size() {
        lock.lock();
        try {
            return images;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more; what waits is still handed out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
