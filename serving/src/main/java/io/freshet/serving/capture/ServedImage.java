package io.freshet.serving.capture;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An image that a client had classified, as it came. */
public sealed interface ServedImage {

    /**
     * An image file.
     *
     * @param contentType as the client said
     */
    record Encoded(ImageId id, EncodedImage content, Optional<String> contentType) implements ServedImage {}

    /**
     * Pixels in a tensor.
     *
     * @param pixels {@code [height, width, channels] uint8}, from the buffer's position to its limit, not to be changed
     */
    record Pixels(ByteBuffer pixels, ImageShape shape) implements ServedImage {}
}
