package io.freshet.serving.inference;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.serving.predict.ImageInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The images in a request's input tensors. The model has one input, {@code images}: pixels
 * {@code [n, height, width, channels]} of any type of numbers, or {@code BYTES [n]}, each an image file that is decoded
 * here. Stateless.
 */
public final class ImageTensors {

    private ImageTensors() {}

    /**
     * Takes the images out of the tensors; pixels that lie in memory as the model takes them are not copied.
     *
     * @throws RefusedException if the tensors are not as the model takes them
     */
    public static List<ImageInput> read(List<InputTensor> inputs, ImageShape shape, int maxImages)
            throws RefusedException {
        if (inputs.size() != 1 || !inputs.getFirst().name().equals(ModelTensors.IMAGES)) {
            throw RefusedException.malformed("The model has one input, '" + ModelTensors.IMAGES + "'");
        }
        InputTensor input = inputs.getFirst();
        Datatype type = Datatype.named(input.datatype())
                .orElseThrow(() -> RefusedException.malformed("There is no data type '" + input.datatype() + "'"));
        return switch (input.data()) {
            case InputTensor.Data.Raw raw ->
                type == Datatype.BYTES
                        ? files(input, elements(raw.bytes(), maxImages), maxImages)
                        : pixels(input, PixelValues.of(raw.bytes(), type), shape, maxImages);
            case InputTensor.Data.Pixels pixels -> {
                requireNumeric(type, input);
                yield pixels(input, ByteBuffer.wrap(pixels.values()), shape, maxImages);
            }
            case InputTensor.Data.Files files -> {
                if (type != Datatype.BYTES) {
                    throw RefusedException.malformed("Strings are BYTES, not " + type);
                }
                yield files(input, files.files(), maxImages);
            }
            case InputTensor.Data.None none ->
                throw RefusedException.malformed("The input '" + input.name() + "' has no data");
        };
    }

    private static void requireNumeric(Datatype type, InputTensor input) throws RefusedException {
        if (!type.isNumeric()) {
            throw RefusedException.malformed(
                    "The input '" + input.name() + "' holds numbers, which " + type + " does not");
        }
    }

    private static List<ImageInput> pixels(InputTensor input, ByteBuffer values, ImageShape shape, int maxImages)
            throws RefusedException {
        List<Long> given = input.shape();
        List<Long> image = List.of((long) shape.height(), (long) shape.width(), (long) shape.channels());
        if (given.size() != 4 || !given.subList(1, 4).equals(image)) {
            throw RefusedException.malformed("An input with pixels must have the shape [n, " + shape.height() + ", "
                    + shape.width() + ", " + shape.channels() + "], not " + given);
        }
        long count = given.getFirst();
        requireCount(count, maxImages);
        if (values.remaining() != count * shape.size()) {
            throw RefusedException.malformed("A tensor of " + given + " has " + count * shape.size() + " numbers, and "
                    + values.remaining() + " came");
        }
        List<ImageInput> images = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            images.add(new ImageInput.Tensor(values.slice(values.position() + i * shape.size(), shape.size())));
        }
        return images;
    }

    private static List<ImageInput> files(InputTensor input, List<EncodedImage> files, int maxImages)
            throws RefusedException {
        requireCount(files.size(), maxImages);
        long count = files.size();
        if (!input.shape().equals(List.of(count)) && !input.shape().equals(List.of(count, 1L))) {
            throw RefusedException.malformed(
                    "An input with " + count + " files must have the shape [" + count + "], not " + input.shape());
        }
        return files.stream()
                .<ImageInput>map(file -> new ImageInput.Encoded(file, Optional.empty()))
                .toList();
    }

    private static void requireCount(long count, int maxImages) throws RefusedException {
        if (count < 1 || count > maxImages) {
            throw RefusedException.malformed("A request may have 1 to " + maxImages + " images, not " + count);
        }
    }

    /** The elements of a BYTES tensor in memory. */
    private static List<EncodedImage> elements(ByteBuffer raw, int maxImages) throws RefusedException {
        ByteBuffer rest = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        List<EncodedImage> elements = new ArrayList<>();
        while (rest.hasRemaining()) {
            if (elements.size() == maxImages) {
                throw RefusedException.malformed("A request may have " + maxImages + " images at most");
            }
            long length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt() & 0xffff_ffffL;
            if (length < 0 || length > rest.remaining()) {
                throw RefusedException.malformed("Element " + elements.size()
                        + " of the BYTES tensor is cut off: each is its length in four bytes, little-endian, and as"
                        + " many bytes");
            }
            byte[] element = new byte[(int) length];
            rest.get(element);
            elements.add(new EncodedImage(element));
        }
        return elements;
    }
}
