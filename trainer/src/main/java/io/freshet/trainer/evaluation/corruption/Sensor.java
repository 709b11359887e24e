package io.freshet.trainer.evaluation.corruption;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What befalls a picture in the sensor and after it. */
final class Sensor {

    private Sensor() {}

    /** @param deviation of Gaussian noise */
    static Picture noise(Picture scene, double deviation, SplittableRandom random) {
        return scene.map((y, x, c) -> scene.at(y, x, c) + deviation * random.nextGaussian());
    }

    /** @param share of the pixels */
    static Picture stuckPixels(Picture scene, double share, SplittableRandom random) {
        float[] values = scene.values();
        for (int pixel = 0; pixel < values.length; pixel += scene.channels()) {
            if (random.nextDouble() < share) {
                float stuck = random.nextInt(2);
                for (int channel = 0; channel < scene.channels(); channel++) {
                    values[pixel + channel] = stuck;
                }
            }
        }
        return new Picture(scene.height(), scene.width(), scene.channels(), values);
    }

    /**
     * Straight lines, a pixel wide, through a point and at an angle drawn at random.
     *
     * @param wanted how many on average; an image gets the whole number below or above
     */
    static Picture scratches(Picture scene, double wanted, SplittableRandom random) {
        float[] values = scene.values();
        int count = (int) wanted + (random.nextDouble() < wanted - (int) wanted ? 1 : 0);
        for (int i = 0; i < count; i++) {
            double y = random.nextDouble() * scene.height();
            double x = random.nextDouble() * scene.width();
            double angle = random.nextDouble() * Math.PI;
            float colour = random.nextInt(2);
            int reach = scene.height() + scene.width();
            for (int along = -reach; along <= reach; along++) {
                int row = (int) Math.floor(y + along * Math.sin(angle));
                int column = (int) Math.floor(x + along * Math.cos(angle));
                if (row >= 0 && row < scene.height() && column >= 0 && column < scene.width()) {
                    for (int channel = 0; channel < scene.channels(); channel++) {
                        values[(row * scene.width() + column) * scene.channels() + channel] = colour;
                    }
                }
            }
        }
        return new Picture(scene.height(), scene.width(), scene.channels(), values);
    }

    /**
     * As if taken with fewer pixels, and enlarged to the same size.
     *
     * @param factor by which each side is smaller, 1 or more, not always a whole number
     */
    static Picture pixelate(Picture scene, double factor) {
        int height = Math.max(1, (int) Math.round(scene.height() / factor));
        int width = Math.max(1, (int) Math.round(scene.width() / factor));
        return scene.map((y, x, c) -> {
            int row = y * height / scene.height();
            int column = x * width / scene.width();
            return mean(
                    scene,
                    Math.ceilDiv(row * scene.height(), height),
                    Math.ceilDiv((row + 1) * scene.height(), height),
                    Math.ceilDiv(column * scene.width(), width),
                    Math.ceilDiv((column + 1) * scene.width(), width),
                    c);
        });
    }

    private static double mean(Picture scene, int top, int bottom, int left, int right, int channel) {
        double sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += scene.at(y, x, channel);
            }
        }
        return sum / ((bottom - top) * (right - left));
    }

    /** @param quality in (0, 1] */
    static Picture jpeg(Picture scene, float quality) {
        boolean gray = scene.channels() == 1;
        BufferedImage image = new BufferedImage(
                scene.width(), scene.height(), gray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        int[] pixel = new int[scene.channels()];
        for (int y = 0; y < scene.height(); y++) {
            for (int x = 0; x < scene.width(); x++) {
                for (int c = 0; c < pixel.length; c++) {
                    pixel[c] = Math.clamp(Math.round(255 * scene.at(y, x, c)), 0, 255);
                }
                image.getRaster().setPixel(x, y, pixel);
            }
        }
        BufferedImage read = decode(encode(image, quality));
        return scene.map((y, x, c) -> read.getRaster().getSample(x, y, c) / 255.0);
    }

    private static byte[] encode(BufferedImage image, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not throw
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static BufferedImage decode(byte[] jpeg) {
        try {
            return ImageIO.read(new ByteArrayInputStream(jpeg));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not throw
        }
    }
}
