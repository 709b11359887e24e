package io.freshet.serving.model;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.BatchRun;
import io.freshet.serving.batch.ImageScores;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What came of a request's images. */
public sealed interface Reply {

    /**
     * @param model that answered, one for all images
     * @param scores one for each image, in their order
     * @param run in which they were classified
     * @param shadow what a version on trial says of the same images, once it has; empty if none was asked, or it failed.
     *     Never fails, and is complete already where none was asked
     */
    record Answered(
            ModelDescriptor model, List<ImageScores> scores, BatchRun run, CompletableFuture<Optional<Shadow>> shadow)
            implements Reply {}

    /** Too many images wait. */
    record Overloaded() implements Reply {}

    /**
     * What nobody was answered.
     *
     * @param scores one for each image, in their order
     */
    record Shadow(ModelDescriptor model, List<ImageScores> scores) {}
}
