package io.freshet.serving.predict;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
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
     * @param images each {@code [height, width, channels] uint8}, at least one
     * @param version that must answer; empty for the one in service
     * @param since {@link System#nanoTime()} at which it came
     */
    record Waiting(List<byte[]> images, OptionalLong version, long since, CompletableFuture<BatchResult> result) {}

    private final int maxBatch;
    private final long maxDelayNanos;
    private final int maxQueued;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Waiting> requests = new ArrayDeque<>();
    private int images;
    private boolean gathering;
    private boolean closed;

    BatchQueue(int maxBatch, Duration maxDelay, int maxQueued) {
        this.maxBatch = maxBatch;
        this.maxDelayNanos = maxDelay.toNanos();
        this.maxQueued = maxQueued;
    }

    /** Whether there was room, or else the queue is full or closed. */
    boolean offer(Waiting request) {
        lock.lock();
        try {
            if (closed || images + request.images().size() > maxQueued) {
                return false;
            }
            requests.add(request);
            images += request.images().size();
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
        while (left > 0 && images < maxBatch && !closed) {
            left = changed.awaitNanos(left);
        }
    }

    private List<Waiting> nextBatch() {
        List<Waiting> batch = new ArrayList<>();
        int size = 0;
        while (!requests.isEmpty()
                && (batch.isEmpty() || size + requests.getFirst().images().size() <= maxBatch)) {
            Waiting next = requests.removeFirst();
            size += next.images().size();
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
