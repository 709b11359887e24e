package io.freshet.trainer.architecture;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.image.ImageProjectiveTransformV3;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * SimCLR's augmentation (2002.05709, appendix A) inside the graph, for a whole batch at once: a crop of random area and
 * aspect brought back to the image's size, perhaps mirrored; then brightness, contrast and, where there are colours,
 * saturation and hue, and perhaps no colour at all. As in the paper's runs on CIFAR-10 (appendix B.9) nothing is
 * blurred and colours move at half strength.
 *
 * <p>Crop and mirror image are one projective transform. The colour operations have one order, where the paper draws it.
 */
final class ViewAugmentation {

    private static final float LARGEST_CROP_AWAY = .92f; // a view keeps at least .08 of the area
    private static final float LOG_ASPECT = (float) Math.log(4 / 3.);
    private static final float ENHANCEMENT = .8f * .5f;
    private static final float HUE = (float) (.2 * .5 * 2 * Math.PI); // radians
    private static final float JITTERED = .8f; // share of the views
    private static final float GRAY = .2f; // share of the views

    /** Rotation of hues about gray (W3C Filter Effects, feColorMatrix, hueRotate): what of a colour is gray. */
    private static final float[] LUMINANCE = {.213f, .715f, .072f};

    /** The same: what a quarter turn adds. Indexed by channel in and channel out. */
    private static final float[][] QUARTER_TURN = {
        {-.213f, .143f, -.787f},
        {-.715f, .140f, .715f},
        {.928f, -.283f, .072f}
    };

    private final Ops tf;
    private final int height;
    private final int width;
    private final int channels;
    private final boolean mirror;

    ViewAugmentation(Ops tf, int height, int width, int channels, boolean mirror) {
        this.tf = tf;
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.mirror = mirror;
    }

    /**
     * One view of each image; each call draws anew.
     *
     * @param images {@code [batch, height, width, channels] float32} in 0 to 1
     * @param magnitude scalar in 0 to 1, where 1 is the paper's, and 0 leaves crop and colours as they are
     */
    Operand<TFloat32> apply(Operand<TFloat32> images, Operand<TFloat32> magnitude, RandomStreams random) {
        Operand<TInt32> batch = Layers.batchSize(tf, images);
        Operand<TFloat32> x = cropped(images, batch, magnitude, random);
        Operand<TFloat32> jittered = jittered(x, batch, magnitude, random);
        Operand<TFloat32> y = blend(x, jittered, perPixel(happens(batch, JITTERED, random)));
        return channels == 3 ? blend(y, luminance(y), perPixel(happens(batch, GRAY, random))) : y;
    }

    private Operand<TFloat32> cropped(
            Operand<TFloat32> images, Operand<TInt32> batch, Operand<TFloat32> magnitude, RandomStreams random) {
        Operand<TFloat32> one = tf.constant(1f);
        Operand<TFloat32> away = tf.math.mul(uniform(batch, 0, LARGEST_CROP_AWAY, random), magnitude);
        Operand<TFloat32> area = tf.math.sub(one, away);
        Operand<TFloat32> aspect = tf.math.exp(tf.math.mul(uniform(batch, -LOG_ASPECT, LOG_ASPECT, random), magnitude));
        Operand<TFloat32> shareX = tf.math.minimum(one, tf.math.sqrt(tf.math.mul(area, aspect)));
        Operand<TFloat32> shareY = tf.math.minimum(one, tf.math.sqrt(tf.math.div(area, aspect)));
        Operand<TFloat32> flip = mirror
                ? tf.math.sub(tf.math.mul(happens(batch, .5f, random), tf.constant(2f)), one)
                : tf.onesLike(area);
        Operand<TFloat32> scaleX = tf.math.mul(shareX, flip);
        Operand<TFloat32> shiftX = shift(uniform(batch, 0, 1, random), shareX, scaleX, width);
        Operand<TFloat32> shiftY = shift(uniform(batch, 0, 1, random), shareY, shareY, height);
        Operand<TFloat32> zero = tf.zerosLike(area);
        Operand<TFloat32> matrices =
                tf.stack(List.of(scaleX, zero, shiftX, zero, shareY, shiftY, zero, zero), Stack.axis(1L));
        return tf.image.imageProjectiveTransformV3(
                images,
                matrices,
                tf.constant(new int[] {height, width}),
                tf.constant(0f),
                "BILINEAR",
                ImageProjectiveTransformV3.fillMode("NEAREST"));
    }

    /**
     * From output to input coordinates along one side, beside the scale: the middle of the view goes to the middle of a
     * crop that lies {@code place} of the way, 0 to 1, from one end to the other.
     */
    private Operand<TFloat32> shift(
            Operand<TFloat32> place, Operand<TFloat32> share, Operand<TFloat32> scale, int side) {
        Operand<TFloat32> rest = tf.math.sub(tf.constant(1f), share);
        Operand<TFloat32> middle = tf.math.add(tf.math.mul(place, rest), tf.math.mul(share, tf.constant(.5f)));
        Operand<TFloat32> pixel = tf.math.sub(tf.math.mul(middle, tf.constant((float) side)), tf.constant(.5f));
        return tf.math.sub(pixel, tf.math.mul(scale, tf.constant((side - 1) / 2f)));
    }

    private Operand<TFloat32> jittered(
            Operand<TFloat32> x, Operand<TInt32> batch, Operand<TFloat32> magnitude, RandomStreams random) {
        Operand<TFloat32> bright = clipped(tf.math.mul(x, factor(batch, magnitude, random)));
        Operand<TFloat32> mean = tf.math.mean(luminance(bright), tf.array(1, 2), Mean.keepDims(true));
        Operand<TFloat32> y = clipped(blend(mean, bright, factor(batch, magnitude, random)));
        if (channels != 3) {
            return y;
        }
        y = clipped(blend(luminance(y), y, factor(batch, magnitude, random)));
        return clipped(turned(y, tf.math.mul(uniform(batch, -HUE, HUE, random), magnitude)));
    }

    /** Hues turned by an angle: {@code [batch]}, in radians. */
    private Operand<TFloat32> turned(Operand<TFloat32> x, Operand<TFloat32> angle) {
        Operand<TFloat32> quarter =
                tf.nn.conv2d(x, tf.constant(new float[][][][] {{QUARTER_TURN}}), List.of(1L, 1L, 1L, 1L), "SAME");
        return tf.math.add(
                blend(luminance(x), x, perPixel(tf.math.cos(angle))),
                tf.math.mul(quarter, perPixel(tf.math.sin(angle))));
    }

    /** {@code [batch, height, width, 1]}. */
    private Operand<TFloat32> luminance(Operand<TFloat32> x) {
        return channels == 3 ? tf.sum(tf.math.mul(x, tf.constant(LUMINANCE)), tf.constant(3), Sum.keepDims(true)) : x;
    }

    /** What an enhancement multiplies with: {@code [batch, 1, 1, 1]}, around 1. */
    private Operand<TFloat32> factor(Operand<TInt32> batch, Operand<TFloat32> magnitude, RandomStreams random) {
        Operand<TFloat32> strength = tf.math.mul(uniform(batch, -ENHANCEMENT, ENHANCEMENT, random), magnitude);
        return perPixel(tf.math.add(strength, tf.constant(1f)));
    }

    /** From one at 0 to the other at 1, and beyond. */
    private Operand<TFloat32> blend(Operand<TFloat32> from, Operand<TFloat32> to, Operand<TFloat32> share) {
        return tf.math.add(from, tf.math.mul(tf.math.sub(to, from), share));
    }

    private Operand<TFloat32> clipped(Operand<TFloat32> x) {
        return tf.clipByValue(x, tf.constant(0f), tf.constant(1f));
    }

    /** {@code [batch]}: 1 with that probability, else 0. */
    private Operand<TFloat32> happens(Operand<TInt32> batch, float probability, RandomStreams random) {
        return tf.math.floor(uniform(batch, probability, 1 + probability, random));
    }

    /** {@code [batch]}, uniform. */
    private Operand<TFloat32> uniform(Operand<TInt32> batch, float low, float high, RandomStreams random) {
        Operand<TFloat32> unit = tf.random.statelessRandomUniform(batch, random.next(tf), TFloat32.class);
        return tf.math.add(tf.math.mul(unit, tf.constant(high - low)), tf.constant(low));
    }

    /** {@code [batch]} to {@code [batch, 1, 1, 1]}. */
    private Operand<TFloat32> perPixel(Operand<TFloat32> perImage) {
        return tf.reshape(perImage, tf.constant(new int[] {-1, 1, 1, 1}));
    }
}
