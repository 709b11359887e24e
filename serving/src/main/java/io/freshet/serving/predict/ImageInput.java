package io.freshet.serving.predict;

import io.freshet.protocol.EncodedImage;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An image as a request brings it. */
public sealed interface ImageInput {

    /**
     * An image file, of whatever size: it is decoded and resized.
     *
     * @param contentType as the client said
     */
    record Encoded(EncodedImage content, Optional<String> contentType) implements ImageInput {}

    /**
     * Pixels, in the model's own shape.
     *
     * @param pixels {@code [height, width, channels] uint8}, from the buffer's position to its limit, not to be changed
     */
    record Tensor(ByteBuffer pixels) implements ImageInput {}
}
