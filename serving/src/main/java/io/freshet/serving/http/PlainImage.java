package io.freshet.serving.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.capture.ServedImage;
import io.freshet.serving.capture.ServedPrediction;
import io.freshet.serving.inference.Api;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionResult;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The body is an image file; the answer names the classes, the most probable first. */
final class PlainImage implements Dialect {

    private record Page(
            String model, long version, String imageId, String requestId, List<ClassProbability> predictions) {}

    private record ClassProbability(@JsonProperty("class") String name, float probability) {}

    @Override
    public Api api() {
        return Api.IMAGE;
    }

    @Override
    public ErrorForm errors() {
        return ErrorForm.PROBLEM;
    }

    @Override
    public boolean isLight(RequestBody body) {
        return true;
    }

    @Override
    public Question read(RequestBody body, ModelDescriptor model, int maxImages) {
        ImageInput image = new ImageInput.Encoded(new EncodedImage(body.bytes()), body.contentType());
        boolean light = model.classes().size() <= LIGHT_NUMBERS / 8; // they are sorted, too
        return new Question(List.of(image), light, answered -> Answer.json(page(answered)));
    }

    private static Page page(PredictionResult.Answered answered) {
        ServedPrediction only = answered.predictions().getFirst();
        String imageId = switch (only.image()) {
            case ServedImage.Encoded encoded -> encoded.id().hex();
            case ServedImage.Pixels pixels -> throw new AssertionError("A file went in");
        };
        List<String> classes = answered.model().classes();
        float[] probabilities = only.scores().probabilities();
        return new Page(
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
