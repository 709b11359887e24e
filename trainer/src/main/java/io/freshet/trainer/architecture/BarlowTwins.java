package io.freshet.trainer.architecture;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * Barlow Twins (Zbontar et al., Self-Supervised Learning via Redundancy Reduction, 2103.03230): the features of two views
 * must agree over the images of a batch, and different features must not.
 *
 * @param redundancy what a correlation between different features counts, the paper's lambda
 * @param hidden width of the projector
 * @param size how many features the loss compares
 */
public record BarlowTwins(double redundancy, int hidden, int size) implements SelfSupervision {

    /** The paper's lambda (section 2.2). Its projector of 8192 would take longer here than the network. */
    public static final BarlowTwins DEFAULT = new BarlowTwins(.005, 256, 256);

    private static final float TINY = 1e-5f;

    public BarlowTwins {
        if (!(redundancy > 0)) {
            throw new IllegalArgumentException("The weight of redundancy must be positive, not " + redundancy);
        }
    }

    @Override
    public String name() {
        return "barlow-twins";
    }

    /** Section 2.2: three dense layers, batch normalisation and a ReLU after the first two. */
    @Override
    public Operand<TFloat32> project(Layers layers, Operand<TFloat32> embedding) {
        Operand<TFloat32> x = layers.dense("projector/dense1", embedding, hidden);
        x = layers.relu(layers.batchNorm("projector/norm1", x));
        x = layers.dense("projector/dense2", x, hidden);
        x = layers.relu(layers.batchNorm("projector/norm2", x));
        return layers.dense("projector/dense3", x, size);
    }

    /** Equation 1. */
    @Override
    public Operand<TFloat32> loss(Ops tf, Operand<TFloat32> first, Operand<TFloat32> second) {
        float[][] identity = new float[size][size];
        float[][] counts = new float[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                identity[i][j] = i == j ? 1 : 0;
                counts[i][j] = i == j ? 1 : (float) redundancy;
            }
        }
        Operand<TFloat32> excess = tf.math.sub(crossCorrelation(tf, first, second), tf.constant(identity));
        return tf.sum(tf.math.mul(tf.math.square(excess), tf.constant(counts)), tf.array(0, 1));
    }

    /** Equation 2: {@code [size, size]}, features centred along the batch. */
    private static Operand<TFloat32> crossCorrelation(Ops tf, Operand<TFloat32> first, Operand<TFloat32> second) {
        Operand<TFloat32> sums =
                tf.linalg.matMul(standardized(tf, first), standardized(tf, second), MatMul.transposeA(true));
        Operand<TFloat32> batch = tf.dtypes.cast(tf.squeeze(Layers.batchSize(tf, first)), TFloat32.class);
        return tf.math.div(sums, batch);
    }

    private static Operand<TFloat32> standardized(Ops tf, Operand<TFloat32> z) {
        Operand<TFloat32> centred = tf.math.sub(z, tf.math.mean(z, tf.array(0), Mean.keepDims(true)));
        Operand<TFloat32> variance = tf.math.mean(tf.math.square(centred), tf.array(0), Mean.keepDims(true));
        return tf.math.mul(centred, tf.math.rsqrt(tf.math.add(variance, tf.constant(TINY))));
    }
}
