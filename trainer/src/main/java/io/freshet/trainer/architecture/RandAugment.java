package io.freshet.trainer.architecture;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceMin;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.image.ImageProjectiveTransformV3;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * RandAugment (Cubuk et al., 1909.13719, section 3) inside the graph, for a whole batch at once: each image is moved a
 * little and perhaps mirrored, then takes {@value #OPERATIONS} operations drawn uniformly, each at a strength drawn up
 * to the magnitude, and loses a square (Cutout, 1708.04552) whose side grows with the magnitude.
 *
 * <p>All geometry of an image is gathered into one projective transform. Of the paper's operations, equalize and
 * sharpness are left out; so nothing here blurs, adds noise, bends the tone curve smoothly or lights unevenly.
 */
final class RandAugment {

    static final int OPERATIONS = 2;

    private static final float MAX_SHIFT_ALWAYS = .09f; // of the side, 3 of 32 pixels
    private static final float MAX_ROTATION = .52f; // radians, 30 degrees
    private static final float MAX_SHEAR = .3f;
    private static final float MAX_SHIFT = .3f; // of the side
    private static final float MAX_ENHANCEMENT = .9f;
    private static final float MAX_CUTOUT = .5f; // of the side
    private static final float GRAY = .5f;

    /** Order of the operations in the one-hot choice; identity comes first and has no code. */
    private static final int ROTATE = 1;

    private static final int SHEAR_X = 2;
    private static final int SHEAR_Y = 3;
    private static final int SHIFT_X = 4;
    private static final int SHIFT_Y = 5;
    private static final int BRIGHTNESS = 6;
    private static final int CONTRAST = 7;
    private static final int SOLARIZE = 8;
    private static final int POSTERIZE = 9;
    private static final int AUTO_CONTRAST = 10;
    private static final int COLOUR = 11; // only where there are colours

    private final Ops tf;
    private final int height;
    private final int width;
    private final int channels;
    private final boolean mirror;

    RandAugment(Ops tf, int height, int width, int channels, boolean mirror) {
        this.tf = tf;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.mirror = mirror;
    }

    /** What one round of operations has drawn: {@code [batch, operations]} one-hot, and signed strengths. */
    private record Draw(Operand<TFloat32> choice, Operand<TFloat32> strength) {}

    /**
     * @param images {@code [batch, height, width, channels] float32} in 0 to 1
     * @param magnitude scalar in 0 to 1, the paper's M / 10
     */
    Operand<TFloat32> apply(Operand<TFloat32> images, Operand<TFloat32> magnitude, RandomStreams random) {
        Operand<TInt32> batch = Layers.batchSize(tf, images);
        List<Draw> draws = List.of(draw(batch, magnitude, random), draw(batch, magnitude, random));
        Operand<TFloat32> x = transform(images, batch, draws, random);
        for (Draw draw : draws) {
            x = recolour(x, draw);
        }
        return cutout(x, batch, magnitude, random);
    }

    private Draw draw(Operand<TInt32> batch, Operand<TFloat32> magnitude, RandomStreams random) {
        int operations = channels == 3 ? COLOUR + 1 : COLOUR;
        Operand<TInt32> index =
                tf.random.statelessRandomUniformInt(batch, random.next(tf), tf.constant(0), tf.constant(operations));
        Operand<TFloat32> choice =
                tf.oneHot(index, tf.constant(operations), tf.constant(1f), tf.constant(0f), OneHot.axis(-1L));
        return new Draw(choice, tf.math.mul(uniform(batch, -1, 1, random), magnitude));
    }

    /** {@code [batch]}, uniform. */
    private Operand<TFloat32> uniform(Operand<TInt32> batch, float low, float high, RandomStreams random) {
        Operand<TFloat32> unit = tf.random.statelessRandomUniform(batch, random.next(tf), TFloat32.class);
        return tf.math.add(tf.math.mul(unit, tf.constant(high - low)), tf.constant(low));
    }

    /** {@code [batch]}: 1 where the draw chose the operation, else 0. */
    private Operand<TFloat32> chosen(Draw draw, int operation) {
        return tf.math.mean(
                tf.slice(draw.choice(), tf.constant(new int[] {0, operation}), tf.constant(new int[] {-1, 1})),
                tf.array(1));
    }

    /** {@code [batch]}: the draws' signed strengths of an operation, summed and scaled. */
    private Operand<TFloat32> amount(List<Draw> draws, int operation, float scale) {
        Operand<TFloat32> sum = tf.constant(0f);
        for (Draw draw : draws) {
            sum = tf.math.add(sum, tf.math.mul(chosen(draw, operation), draw.strength()));
        }
        return tf.math.mul(sum, tf.constant(scale));
    }

    private Operand<TFloat32> transform(
            Operand<TFloat32> images, Operand<TInt32> batch, List<Draw> draws, RandomStreams random) {
        Operand<TFloat32> angle = amount(draws, ROTATE, MAX_ROTATION);
        Operand<TFloat32> shearX = amount(draws, SHEAR_X, MAX_SHEAR);
        Operand<TFloat32> shearY = amount(draws, SHEAR_Y, MAX_SHEAR);
        Operand<TFloat32> shiftX = tf.math.add(
                amount(draws, SHIFT_X, MAX_SHIFT * width),
                uniform(batch, -MAX_SHIFT_ALWAYS * width, MAX_SHIFT_ALWAYS * width, random));
        Operand<TFloat32> shiftY = tf.math.add(
                amount(draws, SHIFT_Y, MAX_SHIFT * height),
                uniform(batch, -MAX_SHIFT_ALWAYS * height, MAX_SHIFT_ALWAYS * height, random));
        Operand<TFloat32> flip = mirror
                ? tf.math.sub(
                        tf.math.mul(tf.math.floor(uniform(batch, 0, 2, random)), tf.constant(2f)), tf.constant(1f))
                : tf.onesLike(angle);

        // Output to input coordinates: rotation times shear times mirror, about the middle, then the shift.
        Operand<TFloat32> cos = tf.math.cos(angle);
        Operand<TFloat32> sin = tf.math.sin(angle);
        Operand<TFloat32> a0 = tf.math.mul(tf.math.sub(cos, tf.math.mul(sin, shearY)), flip);
        Operand<TFloat32> a1 = tf.math.sub(tf.math.mul(cos, shearX), sin);
        Operand<TFloat32> b0 = tf.math.mul(tf.math.add(sin, tf.math.mul(cos, shearY)), flip);
        Operand<TFloat32> b1 = tf.math.add(tf.math.mul(sin, shearX), cos);
        Operand<TFloat32> middleX = tf.constant((width - 1) / 2f);
        Operand<TFloat32> middleY = tf.constant((height - 1) / 2f);
        Operand<TFloat32> a2 = tf.math.add(
                shiftX, tf.math.sub(middleX, tf.math.add(tf.math.mul(a0, middleX), tf.math.mul(a1, middleY))));
        Operand<TFloat32> b2 = tf.math.add(
                shiftY, tf.math.sub(middleY, tf.math.add(tf.math.mul(b0, middleX), tf.math.mul(b1, middleY))));
        Operand<TFloat32> zero = tf.zerosLike(a0);
        Operand<TFloat32> matrices = tf.stack(List.of(a0, a1, a2, b0, b1, b2, zero, zero), Stack.axis(1L));
        return tf.image.imageProjectiveTransformV3(
                images,
                matrices,
                tf.constant(new int[] {height, width}),
                tf.constant(0f),
                "BILINEAR",
                ImageProjectiveTransformV3.fillMode("CONSTANT"));
    }

    private Operand<TFloat32> recolour(Operand<TFloat32> x, Draw draw) {
        Operand<TFloat32> strength = perPixel(draw.strength());
        Operand<TFloat32> factor = tf.math.add(tf.math.mul(strength, tf.constant(MAX_ENHANCEMENT)), tf.constant(1f));
        Operand<TFloat32> size = tf.math.abs(strength);
        Operand<TFloat32> one = tf.constant(1f);

        Operand<TFloat32> mean = tf.math.mean(x, tf.array(1, 2, 3), Mean.keepDims(true));
        Operand<TFloat32> contrast = tf.math.add(tf.math.mul(tf.math.sub(x, mean), factor), mean);

        Operand<TBool> bright = tf.math.greater(x, tf.math.sub(one, size));
        Operand<TFloat32> solarized = tf.select(bright, tf.math.sub(one, x), x);

        // From 8 bits, which change nothing, down to 4.
        Operand<TFloat32> levels = tf.math.pow(
                tf.constant(2f), tf.math.sub(tf.constant(8f), tf.math.round(tf.math.mul(size, tf.constant(4f)))));
        Operand<TFloat32> posterized = tf.math.div(tf.math.floor(tf.math.mul(x, levels)), levels);

        Operand<TFloat32> low = tf.reduceMin(x, tf.array(1, 2, 3), ReduceMin.keepDims(true));
        Operand<TFloat32> high = tf.reduceMax(x, tf.array(1, 2, 3), ReduceMax.keepDims(true));
        Operand<TFloat32> stretched =
                tf.math.div(tf.math.sub(x, low), tf.math.maximum(tf.math.sub(high, low), tf.constant(1e-3f)));

        Operand<TFloat32> y = x;
        y = blend(y, x, tf.math.mul(x, factor), draw, BRIGHTNESS);
        y = blend(y, x, contrast, draw, CONTRAST);
        y = blend(y, x, solarized, draw, SOLARIZE);
        y = blend(y, x, posterized, draw, POSTERIZE);
        y = blend(y, x, stretched, draw, AUTO_CONTRAST);
        if (channels == 3) {
            Operand<TFloat32> gray = tf.math.mean(x, tf.array(3), Mean.keepDims(true));
            y = blend(y, x, tf.math.add(tf.math.mul(tf.math.sub(x, gray), factor), gray), draw, COLOUR);
        }
        return tf.clipByValue(y, tf.constant(0f), one);
    }

    /** Adds to {@code sum} what the operation changes, in the images that chose it. */
    private Operand<TFloat32> blend(
            Operand<TFloat32> sum, Operand<TFloat32> before, Operand<TFloat32> after, Draw draw, int operation) {
        return tf.math.add(sum, tf.math.mul(perPixel(chosen(draw, operation)), tf.math.sub(after, before)));
    }

    private Operand<TFloat32> cutout(
            Operand<TFloat32> x, Operand<TInt32> batch, Operand<TFloat32> magnitude, RandomStreams random) {
        Operand<TFloat32> halfSide =
                tf.math.mul(tf.math.mul(uniform(batch, 0, 1, random), magnitude), tf.constant(MAX_CUTOUT / 2));
        Operand<TFloat32> inX = inside(uniform(batch, 0, 1, random), halfSide, width, new int[] {-1, 1, width, 1});
        Operand<TFloat32> inY = inside(uniform(batch, 0, 1, random), halfSide, height, new int[] {-1, height, 1, 1});
        Operand<TFloat32> hole = tf.math.mul(inX, inY);
        return tf.math.add(x, tf.math.mul(hole, tf.math.sub(tf.constant(GRAY), x)));
    }

    /** 1 for the places along a side that lie nearer than {@code half} (of the side) to the middle, else 0. */
    private Operand<TFloat32> inside(Operand<TFloat32> middle, Operand<TFloat32> half, int side, int[] shape) {
        float[] places = new float[side];
        for (int i = 0; i < side; i++) {
            places[i] = (i + .5f) / side;
        }
        Operand<TFloat32> column = tf.expandDims(middle, tf.constant(1));
        Operand<TFloat32> distance = tf.math.abs(tf.math.sub(tf.constant(places), column));
        Operand<TBool> near = tf.math.less(distance, tf.expandDims(half, tf.constant(1)));
        return tf.reshape(tf.dtypes.cast(near, TFloat32.class), tf.constant(shape));
    }

    /** {@code [batch]} to {@code [batch, 1, 1, 1]}. */
    private Operand<TFloat32> perPixel(Operand<TFloat32> perImage) {
        return tf.reshape(perImage, tf.constant(new int[] {-1, 1, 1, 1}));
    }
}
