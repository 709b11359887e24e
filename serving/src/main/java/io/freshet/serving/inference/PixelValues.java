package io.freshet.serving.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes numbers of all types as pixels. The model takes {@code uint8}, so a number is a pixel if it is whole and in 0 to
 * 255; a client that normalizes its images has done to them what the model does itself, and is told so.
 */
public final class PixelValues {

    /** The number at an index. */
    @FunctionalInterface
    public interface Source {

        double at(int index);
    }

    private PixelValues() {}

    /**
     * Elements in memory as pixels; those of {@link Datatype#UINT8} are not copied.
     *
     * @param raw little-endian, from its position to its limit
     * @throws RefusedException if the type has no numbers, or one of them is no pixel
     */
    static ByteBuffer of(ByteBuffer raw, Datatype type) throws RefusedException {
        if (!type.isNumeric()) {
            throw RefusedException.malformed("Pixels are numbers, and " + type + " has none");
        }
        if (type == Datatype.UINT8) {
            return raw;
        }
        if (raw.remaining() % type.size() != 0) {
            throw RefusedException.malformed(raw.remaining() + " bytes are no whole number of " + type);
        }
        ByteBuffer elements = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        return ByteBuffer.wrap(of(elements.remaining() / type.size(), type, source(elements, type)));
    }

    private static Source source(ByteBuffer elements, Datatype type) {
        return switch (type) {
            case UINT8, BOOL, BYTES -> throw new AssertionError(type + " needs no conversion");
            case INT8 -> index -> elements.get(index);
            case UINT16 -> index -> elements.getShort(2 * index) & 0xffff;
            case INT16 -> index -> elements.getShort(2 * index);
            case UINT32 -> index -> elements.getInt(4 * index) & 0xffff_ffffL;
            case INT32 -> index -> elements.getInt(4 * index);
            // Past the long's range an unsigned number looks negative, and is no pixel either way.
            case UINT64, INT64 -> index -> elements.getLong(8 * index);
            case FP16 -> index -> Float.float16ToFloat(elements.getShort(2 * index));
            case BF16 -> index -> Float.intBitsToFloat(elements.getShort(2 * index) << 16);
            case FP32 -> index -> elements.getFloat(4 * index);
            case FP64 -> index -> elements.getDouble(8 * index);
        };
    }

    /**
     * Numbers as pixels.
     *
     * @throws RefusedException if one of them is none
     */
    public static byte[] of(int count, Datatype type, Source numbers) throws RefusedException {
        byte[] pixels = new byte[count];
        for (int i = 0; i < count; i++) {
            double number = numbers.at(i);
            int pixel = (int) number;
            if (pixel != number || pixel < 0 || pixel > 255) { // and so for NaN
                throw RefusedException.malformed("Number " + i + " of the " + type + " tensor is " + number
                        + ", and the model takes pixels: whole numbers in 0 to 255, which it normalizes itself");
            }
            pixels[i] = (byte) pixel;
        }
        return pixels;
    }
}
