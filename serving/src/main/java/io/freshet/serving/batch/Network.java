package io.freshet.serving.batch;

import java.nio.ByteBuffer;
import java.util.List;

/** A version's network, loaded and warm. Thread safe; whoever loaded it closes it, when no run is under way. */
public interface Network extends AutoCloseable {

    /**
     * Runs a batch.
     *
     * @param images {@code [count, height, width, channels] uint8}, a direct buffer from its position to its limit,
     *     which stay as they are
     * @return one for each image, in their order
     */
    List<ImageScores> classify(ByteBuffer images, int count);

    /** Frees what the network holds. Closing it under a run ends the process. */
    @Override
    void close();
}
