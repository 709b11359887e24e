package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.predict.ImageInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Images within JSON: pixels as nested arrays, and files as base64. What is wrong is told with its place. */
final class JsonImages {

    private JsonImages() {}

    /**
     * Reads the array at which the parser stands as one image's pixels.
     *
     * @throws JsonParseException if it is not {@code [height, width, channels]} of that shape, in 0 to 255
     */
    static ImageInput readPixels(JsonParser parser, ImageShape shape) throws IOException {
        PixelTensor tensor = PixelTensor.read(parser);
        List<Integer> wanted = List.of(shape.height(), shape.width(), shape.channels());
        if (!tensor.shape().equals(wanted)) {
            throw fault(parser, "An image must have the shape " + wanted + ", not " + tensor.shape());
        }
        return new ImageInput.Tensor(ByteBuffer.wrap(tensor.values()));
    }

    /**
     * Reads the string at which the parser stands as an image file.
     *
     * @throws JsonParseException if it is not base64
     */
    static EncodedImage readBase64(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw fault(parser, "An encoded image must be a string of base64");
        }
        return new EncodedImage(parser.getBinaryValue());
    }

    /** Whether the first byte that is not white space begins an object. */
    static boolean beginsObject(byte[] body) {
        int at = 0;
        while (at < body.length && body[at] >= 0 && Character.isWhitespace(body[at])) {
            at++;
        }
        return at < body.length && body[at] == '{';
    }

    /** Steps to the object that the body must be. */
    static void enterObject(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw fault(parser, "The body must be a JSON object");
        }
    }

    /** @throws JsonParseException if something follows the object */
    static void requireEnd(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw fault(parser, "Something follows the JSON object");
        }
    }

    /** @throws JsonParseException if there cannot be one more image */
    static void requireRoom(JsonParser parser, int images, int maxImages) throws JsonParseException {
        if (images >= maxImages) {
            throw fault(parser, "A request may have " + maxImages + " images at most");
        }
    }

    static JsonParseException fault(JsonParser parser, String message) {
        return new JsonParseException(parser, message);
    }

    /** What the fault says, and where. */
    static RefusedException malformed(JsonProcessingException fault) {
        String place = fault.getLocation() == null
                ? ""
                : " (line " + fault.getLocation().getLineNr() + ", column "
                        + fault.getLocation().getColumnNr() + ")";
        return RefusedException.malformed(fault.getOriginalMessage() + place);
    }
}
