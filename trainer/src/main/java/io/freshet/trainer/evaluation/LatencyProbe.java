package io.freshet.trainer.evaluation;

import io.freshet.engine.Classifier;
import io.freshet.trainer.data.ImagePool;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Times models by turns, so that what else the machine does falls on all of them alike. */
public final class LatencyProbe {

    private static final int WARM_UPS = 20;

    private final int singles;
    private final int batches;
    private final LongSupplier nanoTime;

    /**
     * @param singles timed answers for one image
     * @param batches timed answers for {@value Latency#BATCH} images
     * @param nanoTime a clock such as {@link System#nanoTime}
     */
    public LatencyProbe(int singles, int batches, LongSupplier nanoTime) {
        this.singles = singles;
        this.batches = batches;
        this.nanoTime = nanoTime;
    }

    /**
     * Times models on the same images.
     *
     * @param images one or more, of the shape that all models take
     * @return how fast each is, in their order
     */
    public List<Latency> measure(List<Classifier> classifiers, ImagePool images) {
        List<long[]> single = time(classifiers, images, 1, singles);
        List<long[]> batched = time(classifiers, images, Latency.BATCH, batches);
        List<Latency> measured = new ArrayList<>();
        for (int model = 0; model < classifiers.size(); model++) {
            measured.add(Latency.of(single.get(model), batched.get(model)));
        }
        return measured;
    }

    private List<long[]> time(List<Classifier> classifiers, ImagePool images, int batch, int times) {
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(batch * images.imageSize()).order(ByteOrder.nativeOrder());
        List<long[]> taken = new ArrayList<>();
        classifiers.forEach(classifier -> taken.add(new long[times]));
        int next = 0;
        for (int i = -WARM_UPS; i < times; i++) {
            buffer.clear();
            for (int image = 0; image < batch; image++) {
                images.copyTo(next++ % images.size(), buffer);
            }
            buffer.flip();
            for (int model = 0; model < classifiers.size(); model++) {
                long start = nanoTime.getAsLong();
                classifiers.get(model).classify(buffer, batch);
                if (i >= 0) {
                    taken.get(model)[i] = nanoTime.getAsLong() - start;
                }
            }
        }
        return taken;
    }
}
