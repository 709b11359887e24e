package io.freshet.protocol.image;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The signs of an image's lowest frequencies. Immutable. */
final class FrequencyHash {

    /** Of the image that is hashed. */
    static final int SIDE = 32;

    /** Of luminance all frequencies (u, v) with u + v up to 7 but the mean; of each colour all with u + v up to 3. */
    private static final int LUMINANCE_BITS = 35;

    private static final int COLOUR_BITS = 10;

    static final int BITS = LUMINANCE_BITS + 2 * COLOUR_BITS;

    /**
     * The bits that say where copies of an image are looked for, which crops change the least: the luminance of left and
     * right, of top and bottom, of the diagonals, of the middle across and down, and whether it is red.
     */
    private static final int[] CELL_BITS = {0, 7, 8, 1, 14, 45};

    static final int CELLS = 1 << CELL_BITS.length;

    private static final int LUMINANCE_ORDER = 8;
    private static final int COLOUR_ORDER = 4;

    /** Coefficients around zero are noise: a gray image that was encoded as a coloured one has only such of colour. */
    private static final float NOISE = 20;

    /** {@code [LUMINANCE_ORDER][SIDE]}: the cosines of DCT-II. */
    private static final float[][] COSINES = cosines();

    private static final int LUMINANCE_CELL_BITS = 5;
    private static final int MAX_DOUBTS = 3;
    private static final float DOUBT = .6f;

    private final float[] coefficients;

    private FrequencyHash(float[] coefficients) {
        this.coefficients = coefficients;
    }

    /** @param image of {@value #SIDE} pixels a side */
    static FrequencyHash of(PixelImage image) {
        float[] luminance = new float[SIDE * SIDE];
        float[] blue = new float[SIDE * SIDE];
        float[] red = new float[SIDE * SIDE];
        for (int i = 0; i < luminance.length; i++) {
            int x = i % SIDE;
            int y = i / SIDE;
            luminance[i] = luminance(image, x, y);
            blue[i] = image.value(x, y, 2) - luminance[i];
            red[i] = image.value(x, y, 0) - luminance[i];
        }
        float[] coefficients = new float[BITS + 1];
        transform(luminance, LUMINANCE_ORDER, coefficients, 0);
        System.arraycopy(coefficients, 1, coefficients, 0, LUMINANCE_BITS); // without the mean
        transform(blue, COLOUR_ORDER, coefficients, LUMINANCE_BITS);
        transform(red, COLOUR_ORDER, coefficients, LUMINANCE_BITS + COLOUR_BITS);
        return new FrequencyHash(coefficients);
    }

    long bits() {
        long bits = 0;
        for (int i = 0; i < BITS; i++) {
            bits |= (coefficients[i] > NOISE ? 1L : 0L) << i;
        }
        return bits;
    }

    /** The cell of a hash, 0 to {@link #CELLS} - 1. */
    static int cell(long bits) {
        int cell = 0;
        for (int i = 0; i < CELL_BITS.length; i++) {
            cell |= (int) (bits >>> CELL_BITS[i] & 1) << i;
        }
        return cell;
    }

    /** The further cells that a copy may have: for up to {@value #MAX_DOUBTS} bits that hardly are what they are. */
    int[] otherCells() {
        float scale = scale();
        int[] doubtful = IntStream.range(0, CELL_BITS.length)
                .filter(i -> doubt(i) < DOUBT * scale)
                .boxed()
                .sorted(Comparator.comparingDouble(this::doubt))
                .limit(MAX_DOUBTS)
                .mapToInt(i -> 1 << i)
                .toArray();
        int cell = cell(bits());
        return IntStream.range(1, 1 << doubtful.length)
                .map(choice -> cell
                        ^ IntStream.range(0, doubtful.length)
                                .filter(i -> (choice >> i & 1) == 1)
                                .map(i -> doubtful[i])
                                .sum())
                .toArray();
    }

    private float doubt(int cellBit) {
        return Math.abs(coefficients[CELL_BITS[cellBit]] - NOISE);
    }

    /** The mean size of the lowest frequencies of luminance. */
    private float scale() {
        float sum = 0;
        for (int i = 0; i < LUMINANCE_CELL_BITS; i++) {
            sum += Math.abs(coefficients[CELL_BITS[i]]);
        }
        return sum / LUMINANCE_CELL_BITS;
    }

    /** By ITU-R BT.601. */
    static float luminance(PixelImage image, int x, int y) {
        return .299f * image.value(x, y, 0) + .587f * image.value(x, y, 1) + .114f * image.value(x, y, 2);
    }

    /** The coefficients of the frequencies (u, v) with u + v below the order, the mean's first. */
    private static void transform(float[] plane, int order, float[] coefficients, int from) {
        float[] columns = new float[SIDE];
        int at = from;
        for (int v = 0; v < order; v++) {
            Arrays.fill(columns, 0);
            for (int y = 0; y < SIDE; y++) {
                float cosine = COSINES[v][y];
                for (int x = 0; x < SIDE; x++) { // which the compiler makes a vector's
                    columns[x] += cosine * plane[y * SIDE + x];
                }
            }
            for (int u = 0; u + v < order; u++) {
                float sum = 0;
                for (int x = 0; x < SIDE; x++) {
                    sum += COSINES[u][x] * columns[x];
                }
                coefficients[at++] = sum;
            }
        }
    }

    private static float[][] cosines() {
        float[][] cosines = new float[LUMINANCE_ORDER][SIDE];
        for (int u = 0; u < LUMINANCE_ORDER; u++) {
            for (int x = 0; x < SIDE; x++) {
                cosines[u][x] = (float) Math.cos(Math.PI * (2 * x + 1) * u / (2 * SIDE));
            }
        }
        return cosines;
    }
}
