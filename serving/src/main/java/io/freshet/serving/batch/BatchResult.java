package io.freshet.serving.batch;

import java.util.List;

/** What came of a request's images in the {@link MicroBatcher}. */
public sealed interface BatchResult {

    /** @param scores one for each image, in their order */
    record Answered(List<ImageScores> scores) implements BatchResult {}

    /** The queue was full, or closed. */
    record Overloaded() implements BatchResult {}
}
