package io.freshet.trainer.labelling;

import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.LabellingTask;
import java.util.Optional;

/** Labels a chunk of images. */
@FunctionalInterface
interface ChunkLabelling {

    /**
     * What the chunk's teacher says of its images.
     *
     * @param labeller who does it, for people
     * @return empty if only the trainer can label them
     * @throws TeacherUnavailableException if this labeller cannot have the teacher
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Optional<ChunkLabels> label(LabellingTask.Chunk chunk, String labeller)
            throws TeacherUnavailableException, InterruptedException;
}
