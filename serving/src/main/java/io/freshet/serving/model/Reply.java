package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.BatchRun;
import io.freshet.serving.batch.ImageScores;
import java.util.List;

/** What came of a request's images. */
public sealed interface Reply {

    /**
     * @param model that answered, one for all images
     * @param scores one for each image, in their order
     * @param run in which they were classified
     */
    record Answered(ModelDescriptor model, List<ImageScores> scores, BatchRun run) implements Reply {}

    /** Too many images wait. */
    record Overloaded() implements Reply {}
}
