package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.serving.predict.ImageInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The body of an inference request, of version 2 of the protocol.
 *
 * @param id that the answer repeats
 * @param outputs that are wanted, by name; none for all
 */
record OpenInferenceRequest(Optional<String> id, List<Input> inputs, List<String> outputs) {

    private static final String UINT8 = "UINT8";
    private static final String BYTES = "BYTES";

    /** A tensor as it came. */
    record Input(String name, String datatype, List<Long> shape, Data data) {}

    /** What stood in a tensor's {@code data}. */
    sealed interface Data {

        /** Numbers, flat or nested. */
        record Numbers(PixelTensor tensor) implements Data {}

        /** Strings of base64, decoded. */
        record Files(List<EncodedImage> images) implements Data {}

        record None() implements Data {}
    }

    /** @throws com.fasterxml.jackson.core.JsonParseException if it is no such request */
    static OpenInferenceRequest read(JsonParser parser, int maxImages) throws IOException {
        Optional<String> id = Optional.empty();
        List<Input> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        JsonImages.enterObject(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "id" -> id = Optional.ofNullable(parser.getValueAsString());
                case "inputs" -> readEach(parser, () -> inputs.add(readInput(parser, maxImages)));
                case "outputs" -> readEach(parser, () -> outputs.add(readOutput(parser)));
                default -> parser.skipChildren();
            }
        }
        JsonImages.requireEnd(parser);
        return new OpenInferenceRequest(id, List.copyOf(inputs), List.copyOf(outputs));
    }

    private interface ReadStep {
        void read() throws IOException;
    }

    /** Reads the objects of the list at which the parser stands. */
    private static void readEach(JsonParser parser, ReadStep step) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw JsonImages.fault(parser, "'" + parser.currentName() + "' must be a list");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw JsonImages.fault(parser, "A tensor must be an object");
            }
            step.read();
        }
    }

    private static Input readInput(JsonParser parser, int maxImages) throws IOException {
        String name = "";
        String datatype = "";
        List<Long> shape = new ArrayList<>();
        Data data = new Data.None();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "name" -> name = parser.getValueAsString("");
                case "datatype" -> datatype = parser.getValueAsString("");
                case "shape" -> readShape(parser, shape);
                case "data" -> data = readData(parser, maxImages);
                default -> parser.skipChildren();
            }
        }
        return new Input(name, datatype, List.copyOf(shape), data);
    }

    private static void readShape(JsonParser parser, List<Long> shape) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw JsonImages.fault(parser, "A shape must be a list of numbers");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            shape.add(parser.getLongValue());
        }
    }

    private static Data readData(JsonParser parser, int maxImages) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw JsonImages.fault(parser, "A tensor's data must be a list");
        }
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
            return new Data.Numbers(PixelTensor.readInside(parser));
        }
        List<EncodedImage> images = new ArrayList<>();
        for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken()) {
            JsonImages.requireRoom(parser, images.size(), maxImages);
            images.add(JsonImages.readBase64(parser));
        }
        return new Data.Files(images);
    }

    private static String readOutput(JsonParser parser) throws IOException {
        String name = "";
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("name")) {
                name = parser.getValueAsString("");
            } else {
                parser.skipChildren();
            }
        }
        return name;
    }

    /** What the request asks of a model whose images have that shape. */
    ReadResult toCall(ImageShape shape, int maxImages) {
        Optional<String> unknown = outputs.stream()
                .filter(Predicate.not(OpenInferenceAnswer.OUTPUTS::contains))
                .findFirst();
        if (unknown.isPresent()) {
            return new ReadResult.Malformed(
                    "The model has no output '" + unknown.get() + "', it has " + OpenInferenceAnswer.OUTPUTS);
        }
        if (inputs.size() != 1 || !inputs.getFirst().name().equals(OpenInferenceAnswer.IMAGES)) {
            return new ReadResult.Malformed("The model has one input, '" + OpenInferenceAnswer.IMAGES + "'");
        }
        Input input = inputs.getFirst();
        return switch (input.data()) {
            case Data.Numbers numbers -> pixels(input, numbers.tensor().values(), shape, maxImages);
            case Data.Files files -> files(input, files.images());
            case Data.None none ->
                new ReadResult.Malformed("The input has no data; the binary tensor data extension is not spoken here");
        };
    }

    private ReadResult pixels(Input input, byte[] values, ImageShape shape, int maxImages) {
        List<Long> image = List.of((long) shape.height(), (long) shape.width(), (long) shape.channels());
        List<Long> given = input.shape();
        if (!input.datatype().equals(UINT8)
                || given.size() != 4
                || !given.subList(1, 4).equals(image)) {
            return new ReadResult.Malformed("The input with numbers must be " + UINT8 + " [n, " + shape.height() + ", "
                    + shape.width() + ", " + shape.channels() + "], not " + input.datatype() + " " + given);
        }
        long count = given.getFirst();
        if (count < 1 || count > maxImages) {
            return new ReadResult.Malformed("A request may have 1 to " + maxImages + " images, not " + count);
        }
        if (values.length != count * shape.size()) {
            return new ReadResult.Malformed("A tensor of " + given + " has " + count * shape.size() + " numbers, and "
                    + values.length + " came");
        }
        List<ImageInput> images = new ArrayList<>();
        for (int from = 0; from < values.length; from += shape.size()) {
            images.add(new ImageInput.Tensor(ByteBuffer.wrap(values, from, shape.size())));
        }
        return call(images);
    }

    private ReadResult files(Input input, List<EncodedImage> files) {
        long count = files.size();
        boolean fits = input.shape().equals(List.of(count)) || input.shape().equals(List.of(count, 1L));
        if (!input.datatype().equals(BYTES) || !fits) {
            return new ReadResult.Malformed("The input with strings must be " + BYTES + " [" + count + "], not "
                    + input.datatype() + " " + input.shape());
        }
        return call(files.stream()
                .<ImageInput>map(file -> new ImageInput.Encoded(file, Optional.empty()))
                .toList());
    }

    private ReadResult call(List<ImageInput> images) {
        return new ReadResult.Call(images, answered -> OpenInferenceAnswer.of(answered, id, outputs));
    }
}
