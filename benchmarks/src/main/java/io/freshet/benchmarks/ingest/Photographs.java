package io.freshet.benchmarks.ingest;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Images that pack as photographs do: their amplitudes fall with the frequency as those of natural scenes (Field, JOSA A
 * 1987). Each is two other windows
 * of large scenes, one over the other, with an exposure of its own, as JPEG of quality .85.
 */
final class Photographs {

    private static final int SCENE = 2_048;
    private static final int SCENES = 3;
    private static final float QUALITY = .85f;

    /** From an octave to the next; by it 224x224 pixels take 15 KB. */
    private static final double FALL = .75;

    private static final double COLOUR_FALL = .6;

    private final List<Scene> scenes = new ArrayList<>();
    private final int side;
    private final SplittableRandom random;

    /** @param side of the images, in pixels */
    Photographs(int side) {
        this.side = side;
        this.random = new SplittableRandom(side);
        for (int i = 0; i < SCENES; i++) {
            scenes.add(Scene.of(new SplittableRandom(i)));
        }
    }

    /** The next ones, no two alike, nor like any that were taken before. */
    List<byte[]> take(int count) throws IOException {
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(Jpeg.encode(window(scenes.get(i % SCENES), scenes.get((i + 1) % SCENES)), QUALITY));
        }
        return images;
    }

    /** Two windows, one over the other: of one alone, many images would be parts of others. */
    private BufferedImage window(Scene over, Scene under) {
        int first = corner();
        int second = corner();
        double contrast = random.nextDouble(35, 65);
        double brightness = random.nextDouble(100, 156);
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int a = first + y * SCENE + x;
                int b = second + y * SCENE + x;
                double luminance = brightness + contrast * (over.luminance[a] + under.luminance[b]);
                double blue = 30 * (over.blue[a] + under.blue[b]);
                double red = 30 * (over.red[a] + under.red[b]);
                image.setRGB(
                        x,
                        y,
                        level(luminance + red) << 16
                                | level(luminance - (blue + red) / 2) << 8
                                | level(luminance + blue));
            }
        }
        return image;
    }

    private int corner() {
        return random.nextInt(SCENE - side) * SCENE + random.nextInt(SCENE - side);
    }

    private static int level(double value) {
        return (int) Math.clamp(value, 0, 255);
    }

    /** Planes of {@link #SCENE} pixels a side, around 0. */
    @SuppressWarnings("ArrayRecordComponent") // neither leaves this class nor is compared
    private record Scene(float[] luminance, float[] blue, float[] red) {

        static Scene of(SplittableRandom random) {
            return new Scene(clouds(random, FALL), clouds(random, COLOUR_FALL), clouds(random, COLOUR_FALL));
        }

        /** Octaves of noise, the finest of one pixel, the coarsest as large as a small image. */
        private static float[] clouds(SplittableRandom random, double fall) {
            float[] plane = new float[SCENE * SCENE];
            double amplitude = 1;
            for (int cell = 128; cell >= 1; cell /= 2) {
                add(plane, cell, amplitude, random);
                amplitude *= fall;
            }
            return plane;
        }

        private static void add(float[] plane, int cell, double amplitude, SplittableRandom random) {
            int cells = SCENE / cell + 1;
            float[] knots = new float[cells * cells];
            for (int i = 0; i < knots.length; i++) {
                knots[i] = (float) (amplitude * random.nextDouble(-1, 1));
            }
            for (int y = 0; y < SCENE; y++) {
                float down = (float) (y % cell) / cell;
                for (int x = 0; x < SCENE; x++) {
                    float across = (float) (x % cell) / cell;
                    int at = y / cell * cells + x / cell;
                    plane[y * SCENE + x] += (1 - down) * ((1 - across) * knots[at] + across * knots[at + 1])
                            + down * ((1 - across) * knots[at + cells] + across * knots[at + cells + 1]);
                }
            }
        }
    }
}
