package io.freshet.serving.batch;

import java.util.List;

/** What came of a request's images in the {@link MicroBatcher}. */
public sealed interface BatchResult {

    /**
     * @param scores one for each image, in their order
     * @param run in which they were classified, with those of others
     */
    record Answered(List<ImageScores> scores, BatchRun run) implements BatchResult {}

    /** The queue was full, or closed. */
    record Overloaded() implements BatchResult {}
}
