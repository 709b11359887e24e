package io.freshet.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixelTensorTest {

    private static PixelTensor read(String json) throws IOException {
        try (JsonParser parser = Json.parser(json.getBytes(StandardCharsets.UTF_8))) {
            parser.nextToken();
            return PixelTensor.read(parser);
        }
    }

    @Test
    void theNestingIsTheShape() throws Exception {
        PixelTensor tensor = read("[[[1],[2],[3]],[[4],[5],[255]]]");

        assertThat(tensor.shape()).containsExactly(2, 3, 1);
        assertThat(tensor.values()).containsExactly(1, 2, 3, 4, 5, 255);
    }

    @Test
    void aFlatArrayHasOneDimension() throws Exception {
        assertThat(read("[0, 7]").shape()).containsExactly(2);
    }

    @Test
    void anEmptyArrayHasNoPixels() throws Exception {
        assertThat(read("[]").shape()).containsExactly(0);
        assertThat(read("[[], []]").shape()).containsExactly(2, 0);
        assertThat(read("[[], []]").values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[1, 2], [3]]", "[1, [2]]", "[[1], 2]", "[[], 1]", "[[[1]], [1]]"})
    void aRaggedTensorIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(JsonParseException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    [256]         | not 256
                    [-1]          | not -1
                    [1.5]         | whole numbers
                    ["1"]         | whole numbers
                    [null]        | whole numbers
                    [{"b64": ""}] | whole numbers
                    [99999999999] | range
                    [[[[[[[[[1]]]]]]]]] | deeper
                    [1, 2         | end
                    7             | array
                    """)
    void whatIsNoPixelIsToldToTheClient(String json, String reason) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class).hasMessageContaining(reason);
    }
}
