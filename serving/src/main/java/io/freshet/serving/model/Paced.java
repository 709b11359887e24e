package io.freshet.serving.model;

import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.batch.Network;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a network for a share of the time: after each run it rests, so that a version that is warmed up leaves the
 * machine to those that serve. Does not own the network.
 *
 * @param share of the time, above 0 and at most 1
 */
record Paced(Network network, double share) implements Network {

    @Override
    public List<ImageScores> classify(ByteBuffer images, int count) {
        long start = System.nanoTime();
        List<ImageScores> scores = network.classify(images, count);
        long ran = System.nanoTime() - start;
        try {
            TimeUnit.NANOSECONDS.sleep((long) (ran * (1 / share - 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return scores;
    }

    @Override
    public void close() {}
}
