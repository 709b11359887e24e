package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.freshet.protocol.EncodedImage;
import io.freshet.serving.inference.InputTensor;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RequestedOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The JSON of an inference request, of version 2 of the protocol.
 *
 * @param id that the answer repeats
 * @param outputs that are wanted; none for all
 * @param binaryOutputs whether outputs that say nothing of it come as they lie in memory
 */
record OpenInferenceRequest(
        Optional<String> id, List<Input> described, List<RequestedOutput> outputs, boolean binaryOutputs) {

    private static final String NAME = "name";
    private static final String PARAMETERS = "parameters";

    /** @param binarySize bytes of its data behind the JSON, if they are there */
    record Input(InputTensor tensor, OptionalLong binarySize) {}

    /** @throws com.fasterxml.jackson.core.JsonParseException if it is no such request */
    static OpenInferenceRequest read(JsonParser parser, int maxImages) throws IOException {
        return new Reader(parser, maxImages).read();
    }

    /**
     * The inputs with their data.
     *
     * @param tensors what follows the JSON; the inputs' data become views of it
     * @throws RefusedException if it is not what the JSON says
     */
    List<InputTensor> inputs(ByteBuffer tensors) throws RefusedException {
        List<InputTensor> inputs = new ArrayList<>();
        ByteBuffer rest = tensors.duplicate();
        for (Input input : described) {
            inputs.add(input.binarySize().isPresent() ? withData(input, rest) : input.tensor());
        }
        if (rest.hasRemaining()) {
            throw RefusedException.malformed(rest.remaining() + " bytes follow the JSON that belong to no input: "
                    + "binary_data_size says how many do");
        }
        return inputs;
    }

    private static InputTensor withData(Input input, ByteBuffer rest) throws RefusedException {
        InputTensor tensor = input.tensor();
        long size = input.binarySize().getAsLong();
        if (!(tensor.data() instanceof InputTensor.Data.None)) {
            throw RefusedException.malformed(
                    "The input '" + tensor.name() + "' has both data in the JSON and binary_data_size");
        }
        if (size < 0 || size > rest.remaining()) {
            throw RefusedException.malformed("The input '" + tensor.name() + "' has a binary_data_size of " + size
                    + ", and " + rest.remaining() + " bytes follow the JSON, whose own length "
                    + Headers.JSON_BYTES + " must give");
        }
        ByteBuffer data = rest.slice(rest.position(), (int) size);
        rest.position(rest.position() + (int) size);
        return new InputTensor(tensor.name(), tensor.datatype(), tensor.shape(), new InputTensor.Data.Raw(data));
    }

    /** Reads one request; its fields may come in any order. */
    private static final class Reader {

        private interface Step {
            void read() throws IOException;
        }

        private final JsonParser parser;
        private final int maxImages;

        Reader(JsonParser parser, int maxImages) {
            this.parser = parser;
            this.maxImages = maxImages;
        }

        OpenInferenceRequest read() throws IOException {
            Optional<String> id = Optional.empty();
            List<Input> inputs = new ArrayList<>();
            List<RequestedOutput> outputs = new ArrayList<>();
            boolean binaryOutputs = false;
            JsonImages.enterObject(parser);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "id" -> id = Optional.ofNullable(parser.getValueAsString());
                    case "inputs" -> readEach(() -> inputs.add(readInput()));
                    case "outputs" -> readEach(() -> outputs.add(readOutput()));
                    case PARAMETERS -> binaryOutputs = readParameters().binaryOutputs();
                    default -> parser.skipChildren();
                }
            }
            JsonImages.requireEnd(parser);
            return new OpenInferenceRequest(id, List.copyOf(inputs), List.copyOf(outputs), binaryOutputs);
        }

        /** Reads the objects of the list at which the parser stands. */
        private void readEach(Step step) throws IOException {
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

        private Input readInput() throws IOException {
            String name = "";
            String datatype = "";
            List<Long> shape = new ArrayList<>();
            InputTensor.Data data = new InputTensor.Data.None();
            OptionalLong binarySize = OptionalLong.empty();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case NAME -> name = parser.getValueAsString("");
                    case "datatype" -> datatype = parser.getValueAsString("");
                    case "shape" -> readShape(shape);
                    case "data" -> data = readData();
                    case PARAMETERS -> binarySize = readParameters().binarySize();
                    default -> parser.skipChildren();
                }
            }
            return new Input(new InputTensor(name, datatype, List.copyOf(shape), data), binarySize);
        }

        private void readShape(List<Long> shape) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw JsonImages.fault(parser, "A shape must be a list of numbers");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                shape.add(parser.getLongValue());
            }
        }

        private InputTensor.Data readData() throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw JsonImages.fault(parser, "A tensor's data must be a list");
            }
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                return new InputTensor.Data.Pixels(
                        PixelTensor.readInside(parser).values());
            }
            List<EncodedImage> images = new ArrayList<>();
            for (; parser.currentToken() != JsonToken.END_ARRAY; parser.nextToken()) {
                JsonImages.requireRoom(parser, images.size(), maxImages);
                images.add(JsonImages.readBase64(parser));
            }
            return new InputTensor.Data.Files(images);
        }

        private RequestedOutput readOutput() throws IOException {
            String name = "";
            Parameters parameters = Parameters.NONE;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case NAME -> name = parser.getValueAsString("");
                    case PARAMETERS -> parameters = readParameters();
                    default -> parser.skipChildren();
                }
            }
            return new RequestedOutput(name, parameters.binary(), parameters.classes());
        }

        /** Those that mean something here; clients may send others. */
        private Parameters readParameters() throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw JsonImages.fault(parser, "The parameters must be an object");
            }
            Parameters read = Parameters.NONE;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "binary_data_size" -> read = read.withBinarySize(parser.getLongValue());
                    case "binary_data" -> read = read.withBinary(parser.getBooleanValue());
                    case "binary_data_output" -> read = read.withBinaryOutputs(parser.getBooleanValue());
                    case "classification" -> read = read.withClasses(parser.getIntValue());
                    default -> parser.skipChildren();
                }
            }
            return read;
        }
    }

    /** The extensions' parameters, of a request, an input or an output. */
    private record Parameters(OptionalLong binarySize, Optional<Boolean> binary, boolean binaryOutputs, int classes) {

        static final Parameters NONE = new Parameters(OptionalLong.empty(), Optional.empty(), false, 0);

        Parameters withBinarySize(long size) {
            return new Parameters(OptionalLong.of(size), binary, binaryOutputs, classes);
        }

        Parameters withBinary(boolean wanted) {
            return new Parameters(binarySize, Optional.of(wanted), binaryOutputs, classes);
        }

        Parameters withBinaryOutputs(boolean wanted) {
            return new Parameters(binarySize, binary, wanted, classes);
        }

        Parameters withClasses(int wanted) {
            return new Parameters(binarySize, binary, binaryOutputs, wanted);
        }
    }
}
