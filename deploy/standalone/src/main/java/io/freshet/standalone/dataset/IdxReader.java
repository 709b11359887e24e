package io.freshet.standalone.dataset;

import io.freshet.protocol.image.PixelImage;
import io.freshet.standalone.dataset.Dataset.Example;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The IDX format of MNIST and its kin: magic number and sizes, 32-bit big-endian, then bytes. */
final class IdxReader {

    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;

    private IdxReader() {}

    /**
     * Joins a file of gray images with one of labels.
     *
     * @throws IOException if they are not of that format, or do not belong together
     */
    static List<Example> read(byte[] images, byte[] labels) throws IOException {
        ByteBuffer pixels = ByteBuffer.wrap(images);
        ByteBuffer truths = ByteBuffer.wrap(labels);
        if (images.length < 16 || labels.length < 8 || pixels.getInt() != IMAGES || truths.getInt() != LABELS) {
            throw new IOException("These are no IDX files of images and labels");
        }
        int count = pixels.getInt();
        int height = pixels.getInt();
        int width = pixels.getInt();
        if (truths.getInt() != count
                || pixels.remaining() != (long) count * height * width
                || truths.remaining() != count) {
            throw new IOException("The IDX files are cut short, or do not belong together");
        }
        List<Example> examples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = pixels.position() + i * height * width;
            byte[] gray = Arrays.copyOfRange(images, from, from + height * width);
            examples.add(new Example(PixelImage.ofGray(width, height, gray), truths.get()));
        }
        return examples;
    }
}
