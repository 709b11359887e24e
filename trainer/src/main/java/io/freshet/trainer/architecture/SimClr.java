package io.freshet.trainer.architecture;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * SimCLR (Chen et al., A Simple Framework for Contrastive Learning of Visual Representations, 2002.05709): of all views
 * in a batch, a view has to find the other one of its image.
 *
 * @param temperature that divides similarities; a lower one looks harder at the most similar views of other images
 * @param hidden width of the projector
 * @param size of what the loss compares
 */
public record SimClr(double temperature, int hidden, int size) implements SelfSupervision {

    /** The temperature of the paper's runs on CIFAR-10 (appendix B.9). */
    public static final SimClr DEFAULT = new SimClr(.5, 256, 128);

    private static final float NEVER = -1e9f;
    private static final float TINY = 1e-12f;

    public SimClr {
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("The temperature must be positive, not " + temperature);
        }
    }

    @Override
    public String name() {
        return "simclr";
    }

    /** Section 2.1: two dense layers with a ReLU between. */
    @Override
    public Operand<TFloat32> project(Layers layers, Operand<TFloat32> embedding) {
        Operand<TFloat32> x = layers.dense("projector/dense1", embedding, hidden);
        x = layers.relu(layers.batchNorm("projector/norm1", x));
        return layers.dense("projector/dense2", x, size);
    }

    /** NT-Xent, equation 1, as the mean over all 2N views. */
    @Override
    public Operand<TFloat32> loss(Ops tf, Operand<TFloat32> first, Operand<TFloat32> second) {
        Operand<TFloat32> z = normalized(tf, tf.concat(List.of(first, second), tf.constant(0))); // [2N, size]
        Operand<TFloat32> similarity = tf.linalg.matMul(z, z, MatMul.transposeB(true)); // [2N, 2N], cosines
        Operand<TFloat32> logits = tf.math.div(similarity, tf.constant((float) temperature));

        Operand<TInt32> n = tf.squeeze(Layers.batchSize(tf, first));
        Operand<TInt32> views = tf.math.mul(n, tf.constant(2));
        Operand<TInt32> self = tf.range(tf.constant(0), views, tf.constant(1));
        Operand<TInt32> other = tf.math.mod(tf.math.add(self, n), views);
        Operand<TFloat32> notItself = tf.math.mul(oneHot(tf, self, views), tf.constant(NEVER));

        return tf.math.mean(
                tf.nn.softmaxCrossEntropyWithLogits(tf.math.add(logits, notItself), oneHot(tf, other, views))
                        .loss(),
                tf.constant(0));
    }

    private static Operand<TFloat32> normalized(Ops tf, Operand<TFloat32> z) {
        Operand<TFloat32> squares = tf.sum(tf.math.square(z), tf.constant(1), Sum.keepDims(true));
        return tf.math.mul(z, tf.math.rsqrt(tf.math.add(squares, tf.constant(TINY))));
    }

    private static Operand<TFloat32> oneHot(Ops tf, Operand<TInt32> places, Operand<TInt32> count) {
        return tf.oneHot(places, count, tf.constant(1f), tf.constant(0f), OneHot.axis(-1L));
    }
}
