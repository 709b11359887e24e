package io.freshet.protocol.image;

import java.util.List;
import java.util.Locale;

/**
 * How an image looks as a whole, in numbers that another light, lens or camera moves. They are taken at 32x32 places, each a
 * pixel of the image with its right and its lower neighbour.
 *
 * @param brightness mean luminance, 0 to 1
 * @param contrast standard deviation of the luminance
 * @param sharpness mean difference of the luminance of neighbours
 * @param red mean of red less luminance
 * @param blue mean of blue less luminance
 * @param saturation mean of the largest channel less the smallest
 */
public record PixelStatistics(
        float brightness, float contrast, float sharpness, float red, float blue, float saturation) {

    /** How many {@link #values()} there are. */
    public static final int SIZE = 6;

    private static final int PLACES = 32;
    private static final float WHITE = 255;
    private static final int SHADES = 5;

    /** Red less blue, beyond which an image has a cast. */
    private static final float CAST = .05f;

    public static PixelStatistics of(PixelImage image) {
        double sum = 0;
        double squares = 0;
        double differences = 0;
        double red = 0;
        double blue = 0;
        double saturation = 0;
        for (int i = 0; i < PLACES * PLACES; i++) {
            int x = (int) ((i % PLACES + .5) * image.width() / PLACES);
            int row = i / PLACES;
            int y = (int) ((row + .5) * image.height() / PLACES);
            int r = image.value(x, y, 0);
            int g = image.value(x, y, 1);
            int b = image.value(x, y, 2);
            double luminance = FrequencyHash.luminance(image, x, y);
            sum += luminance;
            squares += luminance * luminance;
            differences += Math.abs(luminance - FrequencyHash.luminance(image, Math.min(x + 1, image.width() - 1), y))
                    + Math.abs(luminance - FrequencyHash.luminance(image, x, Math.min(y + 1, image.height() - 1)));
            red += r - luminance;
            blue += b - luminance;
            saturation += Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b));
        }
        double mean = sum / (PLACES * PLACES);
        double variance = squares / (PLACES * PLACES) - mean * mean;
        return new PixelStatistics(
                (float) (mean / WHITE),
                (float) (Math.sqrt(Math.max(0, variance)) / WHITE),
                share(differences / 2),
                share(red),
                share(blue),
                share(saturation));
    }

    private static float share(double sum) {
        return (float) (sum / (PLACES * PLACES) / WHITE);
    }

    /** In the order of the components. */
    public List<Float> values() {
        return List.of(brightness, contrast, sharpness, red, blue, saturation);
    }

    /** @throws IllegalArgumentException if there are not {@value #SIZE} */
    public static PixelStatistics ofValues(List<Float> values) {
        if (values.size() != SIZE) {
            throw new IllegalArgumentException("There are " + SIZE + " pixel statistics, not " + values.size());
        }
        return new PixelStatistics(
                values.get(0), values.get(1), values.get(2), values.get(3), values.get(4), values.get(5));
    }

    /** One of fifteen: a fifth of the range of brightness, and the cast of colour; as in {@code shade 2, warm}. */
    public String tone() {
        int shade = Math.clamp((int) (brightness * SHADES), 0, SHADES - 1);
        String cast = red - blue > CAST ? "warm" : red - blue < -CAST ? "cold" : "neutral";
        return String.format(Locale.ROOT, "shade %d, %s", shade, cast);
    }
}
