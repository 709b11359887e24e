package io.freshet.serving.http;

import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionResult;
import java.util.List;
import java.util.function.Function;

/** What came of reading a request's body. */
sealed interface ReadResult {

    /**
     * @param images at least one
     * @param answer makes of the predictions what the client asked for, to be written as JSON
     */
    record Call(List<ImageInput> images, Function<PredictionResult.Answered, Object> answer) implements ReadResult {}

    /** @param detail for people */
    record Malformed(String detail) implements ReadResult {}
}
