package io.freshet.benchmarks.learning;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.LabeledFolder;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.LabeledSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** Data sets as they were published: what is to learn from, and the test images that never choose anything. */
final class LearningSet {

    private static final int SIDE = 28;
    private static final int IMAGES_HEADER = 16;
    private static final int LABELS_HEADER = 8;

    private LearningSet() {}

    /**
     * Reads a folder.
     *
     * @param folder with Fashion-MNIST's four IDX files, or with {@code train} and {@code test}, each with a folder of
     *     images for each class
     * @return its training images, with the test images as the anchor
     * @throws IOException if it cannot be read, or holds neither
     */
    static LabeledSet read(Path folder) throws IOException {
        if (Files.exists(folder.resolve("train-images-idx3-ubyte.gz"))) {
            return new LabeledSet(
                    IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
                    new ImageShape(SIDE, SIDE, 1),
                    idx(folder, "train"),
                    idx(folder, "t10k"));
        }
        if (!Files.isDirectory(folder.resolve("train"))) {
            throw new IOException(
                    "In " + folder + " Fashion-MNIST's IDX files are wanted, or the folders train and test");
        }
        return new LabeledFolder(folder.resolve("train"))
                .read(Optional.empty(), new LabeledFolder(folder.resolve("test")));
    }

    private static LabeledImages idx(Path folder, String part) throws IOException {
        byte[] pixels = unpack(folder.resolve(part + "-images-idx3-ubyte.gz"));
        byte[] labels = unpack(folder.resolve(part + "-labels-idx1-ubyte.gz"));
        int count = ByteBuffer.wrap(labels).getInt(Integer.BYTES);
        LabeledImages images = new LabeledImages(SIDE * SIDE);
        for (int i = 0; i < count; i++) {
            int from = IMAGES_HEADER + i * SIDE * SIDE;
            byte[] image = Arrays.copyOfRange(pixels, from, from + SIDE * SIDE);
            images.add(PixelImage.ofGray(SIDE, SIDE, image).id(), image, labels[LABELS_HEADER + i]);
        }
        return images;
    }

    private static byte[] unpack(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }

    /** The places of images, shuffled by a seed. */
    static List<Integer> order(LabeledImages images, long seed) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, images.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    /** So many images from a place in an order on. */
    static LabeledImages pick(LabeledImages images, List<Integer> order, int from, int count) {
        LabeledImages picked = new LabeledImages(images.images().imageSize());
        for (int place : order.subList(from, Math.min(order.size(), from + count))) {
            picked.add(images.id(place), images.images().get(place), images.label(place));
        }
        return picked;
    }
}
