package io.freshet.trainer;

import io.freshet.protocol.image.PixelImage;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.model.TrainingBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Small gray images of shapes that a small network learns to tell apart in some dozens of steps. */
public final class Shapes {

    public static final List<String> CLASSES = List.of("disc", "horizontal", "vertical");
    public static final int SIDE = 16;

    private Shapes() {}

    /** A shape of the class, at a random place, with noise. */
    public static byte[] draw(int label, SplittableRandom random) {
        double x = 5 + random.nextDouble() * 6;
        double y = 5 + random.nextDouble() * 6;
        byte[] pixels = new byte[SIDE * SIDE];
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                boolean inside = switch (label) {
                    case 0 -> Math.hypot(column - x, row - y) < 3.5;
                    case 1 -> Math.abs(row - y) < 1.5;
                    default -> Math.abs(column - x) < 1.5;
                };
                double value = (inside ? 170 : 40) + random.nextGaussian() * 25;
                pixels[row * SIDE + column] = (byte) Math.clamp(Math.round(value), 0, 255);
            }
        }
        return pixels;
    }

    public static PixelImage image(int label, SplittableRandom random) {
        return PixelImage.ofGray(SIDE, SIDE, draw(label, random));
    }

    /** An image as a model takes it: a batch of one. */
    public static ByteBuffer alone(byte[] pixels) {
        return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    /** A batch of so many images, of each class in turn, each with its label and of weight 1. */
    public static TrainingBatch batch(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TrainingBatch batch = new TrainingBatch(size, SIDE * SIDE, CLASSES.size());
        for (int place = 0; place < size; place++) {
            int label = place % CLASSES.size();
            batch.image(place).put(draw(label, random));
            batch.label(place).put(label, 1);
            batch.weight(place, 1);
        }
        return batch;
    }

    /** So many images, of each class in turn. */
    public static LabeledImages labeled(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LabeledImages images = new LabeledImages(SIDE * SIDE);
        for (int i = 0; i < count; i++) {
            PixelImage image = image(i % CLASSES.size(), random);
            images.add(image.id(), image.toModelInput(SIDE, SIDE, 1), i % CLASSES.size());
        }
        return images;
    }

    /** Writes a folder of class folders, so many images each. */
    public static void write(Path folder, int each, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int label = 0; label < CLASSES.size(); label++) {
            Path ofClass = Files.createDirectories(folder.resolve(CLASSES.get(label)));
            for (int i = 0; i < each; i++) {
                Files.write(
                        ofClass.resolve(i + ".png"),
                        image(label, random).toPng().bytes());
            }
        }
    }
}
