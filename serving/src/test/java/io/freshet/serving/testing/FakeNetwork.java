package io.freshet.serving.testing;

import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.batch.Network;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers each image with its first byte: the class of that number gets all the probability, and the embedding holds the
 * number. Takes note of what must not happen to a real network.
 */
public final class FakeNetwork implements Network {

    private final int classes;
    private final int imageSize;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger faults = new AtomicInteger();
    private final List<Integer> batches = new ArrayList<>();

    public FakeNetwork(int classes, int imageSize) {
        this.classes = classes;
        this.imageSize = imageSize;
    }

    @Override
    public List<ImageScores> classify(ByteBuffer images, int count) {
        running.incrementAndGet();
        check(!closed.get());
        synchronized (batches) {
            batches.add(count);
        }
        List<ImageScores> scores = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int label = images.get(images.position() + i * imageSize);
            float[] probabilities = new float[classes];
            probabilities[label] = 1;
            scores.add(new ImageScores(probabilities, new float[] {label}));
        }
        check(!closed.get());
        running.decrementAndGet();
        return scores;
    }

    @Override
    public void close() {
        check(running.get() == 0);
        check(closed.compareAndSet(false, true));
    }

    private void check(boolean holds) {
        if (!holds) {
            faults.incrementAndGet();
        }
    }

    public boolean isClosed() {
        return closed.get();
    }

    /** Runs after the close, closes under a run, second closes. */
    public int faults() {
        return faults.get();
    }

    /** The images of each batch, in their order. */
    public List<Integer> batches() {
        synchronized (batches) {
            return List.copyOf(batches);
        }
    }
}
