package io.freshet.trainer.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The images, soft labels and weights of one step, in direct buffers that are filled again for each step: memory that
 * native code reads is freed only by the collector, so a buffer a step would grow without bound between collections.
 * Not thread safe.
 */
public final class TrainingBatch {

    private final int size;
    private final int imageSize;
    private final int classes;
    private final ByteBuffer images;
    private final ByteBuffer labels;
    private final ByteBuffer weights;

    /** @param imageSize bytes of an image, {@code height * width * channels} */
    public TrainingBatch(int size, int imageSize, int classes) {
        this.size = size;
        this.imageSize = imageSize;
        this.classes = classes;
        this.images = direct(size * imageSize);
        this.labels = direct(size * classes * Float.BYTES);
        this.weights = direct(size * Float.BYTES);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    public int size() {
        return size;
    }

    public int classes() {
        return classes;
    }

    /** The memory into which the image at that place goes: {@code [height, width, channels] uint8}. */
    public ByteBuffer image(int place) {
        return images.slice(place * imageSize, imageSize);
    }

    /** The memory into which the distribution over classes at that place goes. */
    public FloatBuffer label(int place) {
        return labels.slice(place * classes * Float.BYTES, classes * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    public void weight(int place, float weight) {
        weights.putFloat(place * Float.BYTES, weight);
    }

    ByteBuffer images() {
        return images.duplicate();
    }

    ByteBuffer labels() {
        return labels.duplicate();
    }

    ByteBuffer weights() {
        return weights.duplicate();
    }
}
