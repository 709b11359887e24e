package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.freshet.engine.Classifier;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.inference.Api;
import io.freshet.serving.inference.ModelTensors;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.predict.ImageInput;
import io.freshet.serving.predict.PredictionResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * TensorFlow Serving's REST: {@code {"instances": [...]}} in rows, or {@code {"inputs": ...}} in columns. An image is
 * its pixels in nested arrays, {@code [height, width, channels]}, or a file, {@code {"b64": "..."}}.
 */
final class TensorFlowServing implements Dialect {

    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    private record Row(float[] probabilities, float[] embedding) {}

    private record Rows(List<Row> predictions) {}

    private record Columns(List<float[]> probabilities, List<float[]> embedding) {}

    private record Outputs(Columns outputs) {}

    @Override
    public Api api() {
        return Api.V1;
    }

    @Override
    public ErrorForm errors() {
        return ErrorForm.ERROR;
    }

    @Override
    public boolean isLight(RequestBody body) {
        return body.bytes().length <= LIGHT_JSON_BYTES;
    }

    @Override
    public Question read(RequestBody body, ModelDescriptor model, int maxImages) throws RefusedException {
        if (!JsonImages.beginsObject(body.bytes())) {
            throw RefusedException.malformed("The body must be a JSON object, or be sent as an image: with"
                    + " Content-Type image/* or application/octet-stream");
        }
        try (JsonParser parser = Json.parser(body.bytes())) {
            return new Reader(parser, model, maxImages).read();
        } catch (JsonProcessingException e) {
            throw JsonImages.malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the body lies in memory
        }
    }

    private static Object rows(PredictionResult.Answered answered) {
        return new Rows(answered.predictions().stream()
                .map(served ->
                        new Row(served.scores().probabilities(), served.scores().embedding()))
                .toList());
    }

    private static Object columns(PredictionResult.Answered answered) {
        return new Outputs(new Columns(
                answered.predictions().stream()
                        .map(served -> served.scores().probabilities())
                        .toList(),
                answered.predictions().stream()
                        .map(served -> served.scores().embedding())
                        .toList()));
    }

    /** Reads one body; its fields may come in any order. */
    private static final class Reader {

        private final JsonParser parser;
        private final ModelDescriptor model;
        private final int maxImages;
        private final List<ImageInput> images = new ArrayList<>();
        private Optional<Function<PredictionResult.Answered, Object>> answer = Optional.empty();

        Reader(JsonParser parser, ModelDescriptor model, int maxImages) {
            this.parser = parser;
            this.model = model;
            this.maxImages = maxImages;
        }

        Question read() throws IOException, RefusedException {
            JsonImages.enterObject(parser);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "signature_name" -> readSignatureName();
                    case "instances" -> {
                        requireFirst();
                        answer = Optional.of(TensorFlowServing::rows);
                        readInstances();
                    }
                    case "inputs" -> {
                        requireFirst();
                        answer = Optional.of(TensorFlowServing::columns);
                        readInputs();
                    }
                    default -> parser.skipChildren();
                }
            }
            JsonImages.requireEnd(parser);
            if (images.isEmpty() || answer.isEmpty()) {
                throw RefusedException.malformed("There are no images: they stand under 'instances' or 'inputs'");
            }
            Function<PredictionResult.Answered, Object> content = answer.get();
            int numbers = images.size() * (model.classes().size() + model.embeddingSize());
            return new Question(images, numbers <= LIGHT_NUMBERS, answered -> Answer.json(content.apply(answered)));
        }

        private void requireFirst() throws IOException {
            if (answer.isPresent()) {
                throw JsonImages.fault(parser, "A request has either 'instances' or 'inputs', not both");
            }
        }

        private void readSignatureName() throws IOException {
            String name = parser.getValueAsString("");
            if (!name.isEmpty() && !name.equals(Classifier.SIGNATURE)) {
                throw JsonImages.fault(parser, "There is no signature '" + name + "', only " + Classifier.SIGNATURE);
            }
        }

        /** Each instance is an image, or an object that has it under the input's name. */
        private void readInstances() throws IOException {
            requireArray("instances");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                readImage(true);
            }
        }

        /** The column is the list of images, or an object that has it under the input's name. */
        private void readInputs() throws IOException {
            boolean named = parser.currentToken() == JsonToken.START_OBJECT;
            if (named) {
                requireField(ModelTensors.IMAGES);
            }
            requireArray("inputs");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                readImage(false);
            }
            if (named) {
                requireEndOfObject();
            }
        }

        private void readImage(boolean mayBeNamed) throws IOException {
            JsonImages.requireRoom(parser, images.size(), maxImages);
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                images.add(JsonImages.readPixels(parser, model.input()));
                return;
            }
            String field = parser.nextFieldName();
            parser.nextToken();
            if ("b64".equals(field)) {
                images.add(new ImageInput.Encoded(JsonImages.readBase64(parser), Optional.empty()));
            } else if (mayBeNamed && ModelTensors.IMAGES.equals(field)) {
                readImage(false);
            } else {
                throw JsonImages.fault(
                        parser, "An image is an array of pixels or {\"b64\": \"...\"}, not '" + field + "'");
            }
            requireEndOfObject();
        }

        private void requireField(String name) throws IOException {
            String field = parser.nextFieldName();
            if (!name.equals(field)) {
                throw JsonImages.fault(parser, "The model's input is '" + name + "', not '" + field + "'");
            }
            parser.nextToken();
        }

        private void requireArray(String of) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw JsonImages.fault(parser, "'" + of + "' must be a list of images");
            }
        }

        private void requireEndOfObject() throws IOException {
            if (parser.nextToken() != JsonToken.END_OBJECT) {
                throw JsonImages.fault(parser, "The model has one input, '" + ModelTensors.IMAGES + "'");
            }
        }
    }
}
