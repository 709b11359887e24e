package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor of bytes, read from nested JSON arrays without a Java object a number.
 *
 * @param shape as the nesting has it
 * @param values row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PixelTensor(List<Integer> shape, byte[] values) {

    private static final int DEEPEST = 8;

    /**
     * Reads the array at which the parser stands.
     *
     * @throws JsonParseException if arrays of one depth differ in length, or what they hold
     *     is no whole number in 0 to 255
     */
    static PixelTensor read(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw JsonImages.fault(parser, "Pixels must be an array");
        }
        parser.nextToken();
        return readInside(parser);
    }

    /** As {@link #read}, where the parser has stepped into the array already. */
    static PixelTensor readInside(JsonParser parser) throws IOException {
        return new Reader(parser).read();
    }

    private static final class Reader {

        private final JsonParser parser;
        private final ByteArrayOutputStream values = new ByteArrayOutputStream();
        private final int[] counts = new int[DEEPEST]; // of the arrays that are open
        private final int[] sizes = new int[DEEPEST]; // of the arrays that were closed, by depth
        private int depth;
        private int rank; // depth of the numbers, 0 before the first

        Reader(JsonParser parser) {
            this.parser = parser;
            Arrays.fill(sizes, -1);
        }

        PixelTensor read() throws IOException {
            open();
            for (JsonToken token = parser.currentToken(); ; token = parser.nextToken()) {
                switch (token) {
                    case START_ARRAY -> open();
                    case END_ARRAY -> {
                        close();
                        if (depth == 0) {
                            return tensor();
                        }
                    }
                    case VALUE_NUMBER_INT -> number(parser.getIntValue());
                    case VALUE_NUMBER_FLOAT -> number(wholeNumber());
                    default -> throw JsonImages.fault(parser, "Pixels must be arrays of whole numbers in 0 to 255");
                }
            }
        }

        private PixelTensor tensor() {
            List<Integer> shape = new ArrayList<>();
            for (int i = 0; i < DEEPEST && sizes[i] >= 0; i++) {
                shape.add(sizes[i]);
            }
            return new PixelTensor(shape, values.toByteArray());
        }

        private void open() throws IOException {
            if (depth == DEEPEST) {
                throw JsonImages.fault(parser, "Pixels cannot be nested deeper than " + DEEPEST);
            }
            if (rank != 0 && depth >= rank) {
                throw differentDepths();
            }
            if (depth > 0) {
                counts[depth - 1]++;
            }
            counts[depth++] = 0;
        }

        private void close() throws IOException {
            depth--;
            if (sizes[depth] >= 0 && sizes[depth] != counts[depth]) {
                throw JsonImages.fault(
                        parser, "Arrays of one depth differ in length: " + sizes[depth] + " and " + counts[depth]);
            }
            sizes[depth] = counts[depth];
        }

        /** Clients whose tensors are of floating point write {@code 7.0}. */
        private int wholeNumber() throws IOException {
            double number = parser.getDoubleValue();
            if (number != (int) number) {
                throw JsonImages.fault(
                        parser,
                        "Pixels must be whole numbers in 0 to 255, not " + number
                                + "; the model normalizes them itself");
            }
            return (int) number;
        }

        private void number(int value) throws IOException {
            if (value < 0 || value > 255) {
                throw JsonImages.fault(parser, "Pixels must be in 0 to 255, not " + value);
            }
            boolean besideArrays = depth < DEEPEST && sizes[depth] >= 0;
            if (besideArrays || (rank != 0 && rank != depth)) {
                throw differentDepths();
            }
            rank = depth;
            counts[depth - 1]++;
            values.write(value);
        }

        private JsonParseException differentDepths() {
            return JsonImages.fault(parser, "Pixels lie at different depths");
        }
    }
}
