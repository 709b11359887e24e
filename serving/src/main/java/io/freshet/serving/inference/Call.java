package io.freshet.serving.inference;

import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import io.freshet.serving.predict.PredictionResult;
import java.util.List;
import java.util.function.Consumer;

/**
 * A prediction request, read.
 *
 * @param images at least one
 * @param light whether the answer is written in microseconds, and so on the event loop
 * @param answer writes the answer and sends it
 */
public record Call(
        Target.Found target,
        List<ImageInput> images,
        Provenance provenance,
        boolean light,
        Consumer<PredictionResult.Answered> answer) {

    /** Whether an image must be decoded, which is not for the event loop. */
    boolean decodes() {
        return images.stream().anyMatch(ImageInput.Encoded.class::isInstance);
    }
}
