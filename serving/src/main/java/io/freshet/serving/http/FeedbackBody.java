package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.freshet.serving.feedback.TrueLabel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a client says that images show: {@code {"label": "shoe"}}, or {@code {"labels": ["shoe", 3, null]}}. */
sealed interface FeedbackBody {

    /** Of the one image. */
    record One(TrueLabel label) implements FeedbackBody {}

    /** Of several, in their order. */
    record Several(List<TrueLabel> labels) implements FeedbackBody {}

    /** @param detail for people */
    record Malformed(String detail) implements FeedbackBody {}

    static FeedbackBody read(byte[] body, int maxLabels) {
        try (JsonParser parser = Json.parser(body)) {
            JsonImages.enterObject(parser);
            FeedbackBody read = readField(parser, maxLabels);
            if (parser.nextToken() != JsonToken.END_OBJECT) {
                throw JsonImages.fault(parser, "There must be nothing but 'label' or 'labels'");
            }
            JsonImages.requireEnd(parser);
            return read;
        } catch (JsonProcessingException e) {
            return new Malformed(e.getOriginalMessage());
        } catch (IOException e) {
            throw new AssertionError("The body is in memory", e);
        }
    }

    private static FeedbackBody readField(JsonParser parser, int maxLabels) throws IOException {
        String name = parser.nextFieldName();
        if ("label".equals(name)) {
            parser.nextToken();
            return new One(readLabel(parser));
        }
        if (!"labels".equals(name) || parser.nextToken() != JsonToken.START_ARRAY) {
            throw JsonImages.fault(
                    parser, "There must be 'label', a class by name or index, or 'labels', an array of them");
        }
        List<TrueLabel> labels = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (labels.size() >= maxLabels) {
                throw JsonImages.fault(parser, "There may be " + maxLabels + " labels at most");
            }
            labels.add(parser.currentToken() == JsonToken.VALUE_NULL ? new TrueLabel.Unknown() : readLabel(parser));
        }
        if (labels.isEmpty()) {
            throw JsonImages.fault(parser, "'labels' must not be empty");
        }
        return new Several(labels);
    }

    private static TrueLabel readLabel(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return new TrueLabel.Named(parser.getText());
        }
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return new TrueLabel.Numbered(parser.getIntValue());
        }
        throw JsonImages.fault(parser, "A label must be a class's name or index");
    }
}
