package io.freshet.serving.predict;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.serving.capture.ServedImage;
import io.freshet.serving.capture.ServedPrediction;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The answer to an image file, to be written as JSON.
 *
 * @param requestId under which a label can come later
 * @param predictions of all classes, the most probable first
 */
public record PlainAnswer(
        String model,
        long version,
        @JsonProperty("image_id") String imageId,
        @JsonProperty("request_id") String requestId,
        List<ClassProbability> predictions) {

    public record ClassProbability(@JsonProperty("class") String name, float probability) {}

    /** @param answered of one image, which was a file */
    public static PlainAnswer of(PredictionResult.Answered answered) {
        ServedPrediction only = answered.predictions().getFirst();
        String imageId = switch (only.image()) {
            case ServedImage.Encoded encoded -> encoded.id().hex();
            case ServedImage.Pixels pixels -> throw new AssertionError("A file went in");
        };
        List<String> classes = answered.model().classes();
        float[] probabilities = only.scores().probabilities();
        return new PlainAnswer(
                answered.model().model(),
                answered.model().version(),
                imageId,
                only.eventId(),
                IntStream.range(0, classes.size())
                        .mapToObj(i -> new ClassProbability(classes.get(i), probabilities[i]))
                        .sorted(Comparator.comparingDouble(ClassProbability::probability)
                                .reversed())
                        .toList());
    }
}
