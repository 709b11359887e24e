package io.freshet.serving.predict;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.serving.capture.ServedPrediction;
import java.util.List;

/** What came of a request. */
public sealed interface PredictionResult {

    /**
     * @param model that answered, one for all images
     * @param predictions one for each image, in their order
     */
    record Answered(ModelDescriptor model, List<ServedPrediction> predictions) implements PredictionResult {}

    /** An image could not be decoded; none was classified. */
    record Undecodable(int image, DecodeResult.Refused refused) implements PredictionResult {}

    /** Too many images wait; soon there may be room. */
    record Overloaded() implements PredictionResult {}

    /** No version is in service. */
    record Unavailable() implements PredictionResult {}

    /** The request asked for another version, or by a label that none has. */
    record OtherVersion(List<ModelVersion> inService) implements PredictionResult {}
}
