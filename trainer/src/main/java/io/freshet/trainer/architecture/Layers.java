package io.freshet.trainer.architecture;

import io.freshet.trainer.architecture.Variables.Initializer;
import io.freshet.trainer.architecture.Variables.Variable;
import io.freshet.trainer.architecture.Variables.Weight;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The layers that networks are made of, added to a graph in one of four ways: trained with noise, predicting with
 * averaged weights, adapting its statistics to a stream, or teaching it by the statistics of the batch. Layers of one name share their weights between the ways.
 * Not thread safe.
 */
public final class Layers {

    /** A way to run the network; each holds what only that way needs. */
    sealed interface Mode {
        /** Weights as trained, statistics of the batch (which are averaged for predictions), noise. */
        record Train(Operand<TFloat32> dropout, Operand<TFloat32> stochasticDepth, RandomStreams random)
                implements Mode {}

        /** Averaged weights, averaged statistics, no noise. */
        record Predict() implements Mode {}

        /**
         * Averaged weights, statistics of the batch, no noise; the averaged statistics move to the batch's (Schneider et
         * al., Improving robustness against common corruptions by covariate shift adaptation, 2006.16971, section 3).
         */
        record Adapt() implements Mode {}

        /** Averaged weights, statistics of the batch, no noise; nothing moves. */
        record Teach() implements Mode {}
    }

    private static final float BATCH_NORM_EPSILON = 1e-3f;

    private final Ops tf;
    private final Variables variables;
    private final Mode mode;
    private final Map<Weight, Operand<TFloat32>> reads = new LinkedHashMap<>();
    private final Map<Variable, Operand<TFloat32>> statistics = new LinkedHashMap<>();

    Layers(Ops tf, Variables variables, Mode mode) {
        this.tf = tf;
        this.variables = variables;
        this.mode = mode;
    }

    /** The weights that were used, each with the tensor that stands for it in this way through the network. */
    Map<Weight, Operand<TFloat32>> reads() {
        return reads;
    }

    /** The statistics that predictions use, each with that of the batch, towards which a run of this way moves it. */
    Map<Variable, Operand<TFloat32>> statistics() {
        return statistics;
    }

    /**
     * A square convolution without bias, padded to keep the sides (divided by the stride).
     *
     * @param x {@code [batch, height, width, in]}
     * @return {@code [batch, height / stride, width / stride, filters]}
     */
    public Operand<TFloat32> convolution(String name, Operand<TFloat32> x, int kernel, int filters, int stride) {
        long in = x.shape().get(3);
        // He et al., 1502.01852, equation 10.
        Initializer initializer = new Initializer.Normal(Math.sqrt(2.0 / ((double) kernel * kernel * in)));
        Operand<TFloat32> weights = weight(name + "/kernel", Shape.of(kernel, kernel, in, filters), initializer, true);
        return tf.nn.conv2d(x, weights, List.of(1L, (long) stride, (long) stride, 1L), "SAME");
    }

    /**
     * A square convolution of each channel by itself, without bias, padded to keep the sides (divided by the stride).
     *
     * @param x {@code [batch, height, width, channels]}
     * @return {@code [batch, height / stride, width / stride, channels]}
     */
    public Operand<TFloat32> depthwiseConvolution(String name, Operand<TFloat32> x, int kernel, int stride) {
        long channels = x.shape().get(3);
        Initializer initializer = new Initializer.Normal(Math.sqrt(2.0 / ((double) kernel * kernel)));
        Operand<TFloat32> weights = weight(name + "/kernel", Shape.of(kernel, kernel, channels, 1), initializer, true);
        return tf.nn.depthwiseConv2dNative(x, weights, List.of(1L, (long) stride, (long) stride, 1L), "SAME");
    }

    /**
     * Squeeze and excitation (Hu et al., 1709.01507, section 3): each channel is scaled by what all channels say of the
     * whole image.
     *
     * @param x {@code [batch, height, width, channels]}, and the result too
     * @param squeezed width of the narrow layer
     */
    public Operand<TFloat32> squeezeExcite(String name, Operand<TFloat32> x, int squeezed) {
        int channels = Math.toIntExact(x.shape().get(3));
        Operand<TFloat32> narrow = swish(dense(name + "/squeeze", spatialMean(x), squeezed));
        Operand<TFloat32> scale = tf.math.sigmoid(dense(name + "/excite", narrow, channels));
        return tf.math.mul(x, tf.reshape(scale, tf.constant(new int[] {-1, 1, 1, channels})));
    }

    /**
     * A dense layer with bias.
     *
     * @param x {@code [batch, in]}
     * @return {@code [batch, out]}
     */
    public Operand<TFloat32> dense(String name, Operand<TFloat32> x, int out) {
        long in = x.shape().get(1);
        Initializer initializer = new Initializer.Normal(Math.sqrt(1.0 / in));
        Operand<TFloat32> kernel = weight(name + "/kernel", Shape.of(in, out), initializer, true);
        Operand<TFloat32> bias = weight(name + "/bias", Shape.of(out), new Initializer.Constant(0), false);
        return tf.math.add(tf.linalg.matMul(x, kernel), bias);
    }

    /** Batch normalisation over all but the last axis of {@code [batch, height, width, channels]} or {@code [batch, n]}. */
    public Operand<TFloat32> batchNorm(String name, Operand<TFloat32> x) {
        if (x.shape().numDimensions() == 2) {
            int features = Math.toIntExact(x.shape().get(1));
            Operand<TFloat32> pixels = tf.reshape(x, tf.constant(new int[] {-1, 1, 1, features}));
            return tf.reshape(batchNorm(name, pixels), tf.constant(new int[] {-1, features}));
        }
        Shape shape = Shape.of(x.shape().get(3));
        Operand<TFloat32> scale = weight(name + "/scale", shape, new Initializer.Constant(1), false);
        Operand<TFloat32> offset = weight(name + "/offset", shape, new Initializer.Constant(0), false);
        Variable mean = variables.statistic(name + "/mean", shape, 0);
        Variable variance = variables.statistic(name + "/variance", shape, 1);
        return switch (mode) {
            case Mode.Predict predict ->
                tf.nn.fusedBatchNorm(
                                x,
                                scale,
                                offset,
                                variables.read(mean),
                                variables.read(variance),
                                FusedBatchNorm.epsilon(BATCH_NORM_EPSILON),
                                FusedBatchNorm.isTraining(false))
                        .y();
            case Mode.Train train -> batchNormOfBatch(x, scale, offset, mean, variance);
            case Mode.Adapt adapt -> batchNormOfBatch(x, scale, offset, mean, variance);
            case Mode.Teach teach -> normOfBatch(x, scale, offset).y();
        };
    }

    private Operand<TFloat32> batchNormOfBatch(
            Operand<TFloat32> x, Operand<TFloat32> scale, Operand<TFloat32> offset, Variable mean, Variable variance) {
        FusedBatchNorm<TFloat32, TFloat32> norm = normOfBatch(x, scale, offset);
        statistics.put(mean, norm.batchMean());
        statistics.put(variance, norm.batchVariance());
        return norm.y();
    }

    private FusedBatchNorm<TFloat32, TFloat32> normOfBatch(
            Operand<TFloat32> x, Operand<TFloat32> scale, Operand<TFloat32> offset) {
        Operand<TFloat32> none = tf.constant(new float[0]);
        return tf.nn.fusedBatchNorm(
                x,
                scale,
                offset,
                none,
                none,
                FusedBatchNorm.epsilon(BATCH_NORM_EPSILON),
                FusedBatchNorm.isTraining(true));
    }

    public Operand<TFloat32> relu(Operand<TFloat32> x) {
        return tf.nn.relu(x);
    }

    /** Swish, or SiLU (Ramachandran et al., 1710.05941): {@code x sigmoid(x)}. */
    public Operand<TFloat32> swish(Operand<TFloat32> x) {
        return tf.math.mul(x, tf.math.sigmoid(x));
    }

    public Operand<TFloat32> add(Operand<TFloat32> a, Operand<TFloat32> b) {
        return tf.math.add(a, b);
    }

    /** {@code [batch, height, width, channels]} to {@code [batch, channels]}. */
    public Operand<TFloat32> spatialMean(Operand<TFloat32> x) {
        return tf.math.mean(x, tf.array(1, 2), Mean.keepDims(false));
    }

    /**
     * Leaves a residual branch out, image by image, while training; what stays is scaled so that its mean does not
     * change.
     *
     * @param share of the configured rate, in (0, 1], that this depth takes
     */
    public Operand<TFloat32> stochasticDepth(Operand<TFloat32> branch, double share) {
        return switch (mode) {
            case Mode.Predict predict -> branch;
            case Mode.Adapt adapt -> branch;
            case Mode.Teach teach -> branch;
            case Mode.Train train -> {
                Operand<TInt32> shape = perImage(branch, 3);
                yield mask(branch, shape, tf.math.mul(train.stochasticDepth(), tf.constant((float) share)), train);
            }
        };
    }

    /** Dropout (Srivastava et al., 2014) of single features, while training. */
    public Operand<TFloat32> dropout(Operand<TFloat32> x) {
        return switch (mode) {
            case Mode.Predict predict -> x;
            case Mode.Adapt adapt -> x;
            case Mode.Teach teach -> x;
            case Mode.Train train -> mask(x, tf.shape(x), train.dropout(), train);
        };
    }

    private Operand<TFloat32> mask(
            Operand<TFloat32> x, Operand<TInt32> shape, Operand<TFloat32> rate, Mode.Train train) {
        Operand<TFloat32> keep = tf.math.sub(tf.constant(1f), rate);
        Operand<TFloat32> uniform =
                tf.random.statelessRandomUniform(shape, train.random().next(tf), TFloat32.class);
        // floor(uniform + keep) is 1 with probability keep, else 0; unlike a comparison it has a gradient kernel.
        Operand<TFloat32> mask = tf.stopGradient(tf.math.floor(tf.math.add(uniform, keep)));
        return tf.math.div(tf.math.mul(x, mask), keep);
    }

    /** The shape {@code [batch, 1, ...]} with that many ones. */
    private Operand<TInt32> perImage(Operand<TFloat32> x, int ones) {
        int[] rest = new int[ones];
        Arrays.fill(rest, 1);
        return tf.concat(List.of(batchSize(tf, x), tf.constant(rest)), tf.constant(0));
    }

    /** The length of the first axis, as a shape: {@code [1] int32}. */
    static Operand<TInt32> batchSize(Ops tf, Operand<?> x) {
        return tf.slice(tf.shape(x), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
    }

    private Operand<TFloat32> weight(String name, Shape shape, Initializer initializer, boolean decayed) {
        Weight weight = variables.weight(name, shape, initializer, decayed);
        boolean trained = mode instanceof Mode.Train;
        return reads.computeIfAbsent(weight, w -> variables.read(trained ? w.value() : w.average()));
    }
}
