package io.freshet.benchmarks.ingest;

import io.freshet.protocol.image.PixelImage;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.SplittableRandom;

/** The ways in which a file comes to be a copy of another. All are JPEG. */
enum CopyKind {
    REENCODED(1, 0, .4, .95),
    HALF_THE_SIZE(.5, 0, .85, .95),
    DOUBLE_THE_SIZE(2, 0, .85, .95),
    RESIZED_AT_RANDOM(0, 0, .6, .95),
    WITHOUT_A_TWENTIETH_OF_ITS_AREA(1, 1 - Math.sqrt(.95), .7, .95),
    WITHOUT_A_TWENTIETH_OF_EACH_SIDE(1, .05, .7, .95);

    private final double scale;
    private final double cropped;
    private final double lowestQuality;
    private final double highestQuality;

    /** @param scale of the sides, 0 for any from a half to two */
    CopyKind(double scale, double cropped, double lowestQuality, double highestQuality) {
        this.scale = scale;
        this.cropped = cropped;
        this.lowestQuality = lowestQuality;
        this.highestQuality = highestQuality;
    }

    /** The file. What is left to chance is the seed's. */
    byte[] of(PixelImage image, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage picture = picture(image);
        int width = (int) Math.round(picture.getWidth() * (1 - cropped));
        int height = (int) Math.round(picture.getHeight() * (1 - cropped));
        BufferedImage crop = picture.getSubimage(
                random.nextInt(picture.getWidth() - width + 1),
                random.nextInt(picture.getHeight() - height + 1),
                width,
                height);
        double by = scale == 0 ? random.nextDouble(.5, 2) : scale;
        return Jpeg.encode(scaled(crop, by), (float) random.nextDouble(lowestQuality, highestQuality));
    }

    private static BufferedImage picture(PixelImage image) {
        BufferedImage picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, image.value(x, y, 0) << 16 | image.value(x, y, 1) << 8 | image.value(x, y, 2));
            }
        }
        return picture;
    }

    private static BufferedImage scaled(BufferedImage image, double by) {
        int width = Math.max(1, (int) Math.round(image.getWidth() * by));
        int height = Math.max(1, (int) Math.round(image.getHeight() * by));
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = scaled.createGraphics();
        canvas.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                by < 1 ? RenderingHints.VALUE_INTERPOLATION_BILINEAR : RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        canvas.drawImage(image, 0, 0, width, height, null);
        canvas.dispose();
        return scaled;
    }
}
