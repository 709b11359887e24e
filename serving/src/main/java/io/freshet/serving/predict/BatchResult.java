package io.freshet.serving.predict;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.ImageScores;
import java.util.List;

/** What came of a request's images in the {@link MicroBatcher}. */
sealed interface BatchResult {

    /**
     * @param model that ran, one for all images of the request
     * @param scores one for each image, in their order
     */
    record Answered(ModelDescriptor model, List<ImageScores> scores) implements BatchResult {}

    /** The queue was full, or closed. */
    record Overloaded() implements BatchResult {}

    /** No version was in service when the batch began. */
    record Unavailable() implements BatchResult {}

    /** Another version than the request's was in service when the batch began. */
    record OtherVersion(ModelVersion inService) implements BatchResult {}
}
