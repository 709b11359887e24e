package io.freshet.serving.http;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.inference.Api;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionResult;
import java.util.List;
import java.util.function.Function;

/** One way to ask for a prediction and to be answered. Stateless. */
interface Dialect {

    /** So many numbers are written as JSON in some 50 microseconds. */
    int LIGHT_NUMBERS = 1_024;

    /** So much JSON is read in some 50 microseconds. */
    int LIGHT_JSON_BYTES = 4 << 10;

    /**
     * A body, read.
     *
     * @param images at least one
     * @param light whether the answer is written in microseconds
     * @param answer makes of the predictions what the client asked for
     */
    record Question(List<ImageInput> images, boolean light, Function<PredictionResult.Answered, Answer> answer) {}

    Api api();

    ErrorForm errors();

    /** Whether a body is read in microseconds, images that must be decoded not counted. */
    boolean isLight(RequestBody body);

    /**
     * Reads a body.
     *
     * @param model whose images they must be
     * @param maxImages in one request
     * @throws RefusedException if it is not as it should be
     */
    Question read(RequestBody body, ModelDescriptor model, int maxImages) throws RefusedException;
}
