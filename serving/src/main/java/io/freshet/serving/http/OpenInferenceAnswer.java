package io.freshet.serving.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.serving.capture.ServedPrediction;
import io.freshet.serving.predict.PredictionResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The answer to an inference request, of version 2 of the protocol; each tensor's data is flat, row by row. */
record OpenInferenceAnswer(
        String modelName,
        String modelVersion,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> id,
        List<Output> outputs) {

    static final String IMAGES = "images";
    static final String PROBABILITIES = "probabilities";
    static final String EMBEDDING = "embedding";
    static final List<String> OUTPUTS = List.of(PROBABILITIES, EMBEDDING);

    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    record Output(String name, String datatype, List<Integer> shape, float[] data) {

        private static Output of(
                String name, List<ServedPrediction> predictions, Function<ServedPrediction, float[]> row) {
            int width = row.apply(predictions.getFirst()).length;
            float[] data = new float[predictions.size() * width];
            for (int i = 0; i < predictions.size(); i++) {
                System.arraycopy(row.apply(predictions.get(i)), 0, data, i * width, width);
            }
            return new Output(name, "FP32", List.of(predictions.size(), width), data);
        }
    }

    /** @param wanted names of outputs, in the order in which they shall come; none for all */
    static OpenInferenceAnswer of(PredictionResult.Answered answered, Optional<String> id, List<String> wanted) {
        List<Output> outputs = (wanted.isEmpty() ? OUTPUTS : wanted)
                .stream()
                        .map(name -> Output.of(name, answered.predictions(), row(name)))
                        .toList();
        return new OpenInferenceAnswer(
                answered.model().model(), Long.toString(answered.model().version()), id, outputs);
    }

    private static Function<ServedPrediction, float[]> row(String output) {
        return output.equals(EMBEDDING)
                ? served -> served.scores().embedding()
                : served -> served.scores().probabilities();
    }
}
