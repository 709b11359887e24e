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
 * request would not fit, and one that is larger than a batch goes alone.
 *
 * <p>One worker runs batches as long as that is enough: while it runs one, the next gathers. Another joins when a
 * sixteenth of a full batch waits. Two that always took what is there would run twice as many batches of half the size,
 * and an image costs most in a small batch.
 *
 * <p>Thread safe.
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

    private static final int JOIN_SHARE = 16;

    private final BatchLimit limit;
    private final long maxDelayNanos;
    private final int maxQueued;

    private final ReentrantLock lock = new ReentrantLock();
    /** Of the worker that gathers a batch. */
    private final Condition company = lock.newCondition();

    /** Of the workers without work, the last to come first: the caches of its core still hold the network. */
    private final Deque<Condition> idle = new ArrayDeque<>();

    private final Deque<Waiting> requests = new ArrayDeque<>();
    private int images;

    /** Batches that were taken and not yet run. */
    private int running;

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
            if (gathering) {
                company.signal();
            } else if (isWorthABatch()) {
                wakeOne();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isWorthABatch() {
        return !requests.isEmpty() && (running == 0 || closed || images >= limit.images() / JOIN_SHARE);
    }

    /** Says that the batch taken last was run, and waits for another, as {@link #take} does. */
    List<Waiting> takeNext() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            running--;
            return take();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a batch, which is empty when the queue is closed and there will be none. */
    List<Waiting> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            // One thread at a time gathers, or two would each wait for the company that the other has.
            while (gathering || !isWorthABatch()) {
                if (closed && requests.isEmpty()) {
                    return List.of();
                }
                awaitTurn();
            }
            gathering = true;
            try {
                awaitCompany(requests.getFirst());
                return nextBatch();
            } finally {
                gathering = false;
                if (closed) {
                    wakeAll();
                } else if (isWorthABatch()) {
                    wakeOne();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // take has the loop
    private void awaitTurn() throws InterruptedException {
        Condition turn = lock.newCondition();
        idle.push(turn);
        try {
            turn.await();
        } finally {
            idle.remove(turn);
        }
    }

    /** One wake-up a batch: each costs tens of microseconds, and would be for nothing for all but one. */
    private void wakeOne() {
        Condition turn = idle.poll();
        if (turn != null) {
            turn.signal();
        }
    }

    private void wakeAll() {
        idle.forEach(Condition::signal);
        idle.clear();
    }

    private void awaitCompany(Waiting first) throws InterruptedException {
        long left = first.since() + maxDelayNanos - System.nanoTime();
        while (left > 0 && images < limit.images() && !closed) {
            left = company.awaitNanos(left);
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
        running++;
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
            company.signal();
            wakeAll();
        } finally {
            lock.unlock();
        }
    }
}
