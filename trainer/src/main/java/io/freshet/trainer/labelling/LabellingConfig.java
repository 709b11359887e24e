package io.freshet.trainer.labelling;

import io.freshet.trainer.learning.Teacher;
import java.nio.file.Path;

/**
 * Who labels a round's images. The trainer and the labellers read the same.
 *
 * @param shared whether the trainer shares the work with {@code freshet labeller} processes; else it labels by itself
 * @param chunkImages images that are taken at once, a multiple of {@value Teacher#BATCH}, so that answers are the same to
 *     the bit whoever gives them
 * @param group consumer group of the labellers
 * @param work folder in which a labeller keeps the teacher while it runs; what is in it can be lost
 */
public record LabellingConfig(boolean shared, int chunkImages, String group, Path work) {

    public LabellingConfig {
        if (chunkImages < 1 || chunkImages % Teacher.BATCH != 0) {
            throw new IllegalArgumentException(
                    "A chunk has a multiple of " + Teacher.BATCH + " images, not " + chunkImages);
        }
        if (group.isBlank()) {
            throw new IllegalArgumentException("The labellers' consumer group needs a name");
        }
    }

    public static LabellingConfig defaults() {
        return new LabellingConfig(false, 2_000, "freshet-labelling", Path.of("data", "labeller"));
    }
}
