package io.freshet.protocol.labelling;

import java.nio.FloatBuffer;

/**
 * What a teacher said of a chunk of images.
 *
 * @param number of the chunk in the job
 * @param probabilities {@code [images, classes]}, row by row, from position to limit; nobody moves them
 * @param labeller who labelled, for people
 */
public record ChunkLabels(String job, int number, int classes, FloatBuffer probabilities, String labeller) {

    public ChunkLabels {
        probabilities = probabilities.asReadOnlyBuffer();
        if (classes < 1 || probabilities.remaining() % classes != 0) {
            throw new IllegalArgumentException(
                    probabilities.remaining() + " probabilities are not so many for each of " + classes + " classes");
        }
    }

    /** How many images were labelled. */
    public int images() {
        return probabilities.remaining() / classes;
    }

    /** The record's key. */
    public String key() {
        return job + "/" + number;
    }
}
