package io.freshet.serving.predict;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.capture.ServedImage;
import java.nio.ByteBuffer;

/** An image of a request as a model takes it. */
sealed interface ModelInput {

    /**
     * @param pixels {@code [height, width, channels] uint8}, from the buffer's position to its limit
     * @param image as it came
     */
    record Pixels(ByteBuffer pixels, ServedImage image) implements ModelInput {}

    record Undecodable(DecodeResult.Refused refused) implements ModelInput {}

    /**
     * Decodes and resizes an image file, and takes a tensor as it is.
     *
     * @throws IllegalArgumentException if a tensor has not the model's shape
     */
    static ModelInput of(ImageInput input, ImageShape shape, ImageDecoder decoder) {
        return switch (input) {
            case ImageInput.Tensor tensor -> of(tensor, shape);
            case ImageInput.Encoded encoded ->
                switch (decoder.decode(encoded.content().bytes())) {
                    case DecodeResult.Refused refused -> new Undecodable(refused);
                    case DecodeResult.Decoded decoded -> of(encoded, decoded.image(), shape);
                };
        };
    }

    private static ModelInput of(ImageInput.Tensor tensor, ImageShape shape) {
        if (tensor.pixels().remaining() != shape.size()) {
            throw new IllegalArgumentException(tensor.pixels().remaining() + " bytes are no image of " + shape);
        }
        return new Pixels(tensor.pixels(), new ServedImage.Pixels(tensor.pixels(), shape));
    }

    /** The decoded image may be large, so that only its name and what the model takes of it are kept. */
    private static ModelInput of(ImageInput.Encoded encoded, PixelImage image, ImageShape shape) {
        return new Pixels(
                ByteBuffer.wrap(image.toModelInput(shape.height(), shape.width(), shape.channels())),
                new ServedImage.Encoded(image.id(), encoded.content(), encoded.contentType()));
    }
}
