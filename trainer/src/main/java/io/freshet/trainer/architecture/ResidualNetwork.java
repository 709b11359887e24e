package io.freshet.trainer.architecture;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A pre-activation residual network (He et al., Identity Mappings in Deep Residual Networks, 1603.05027, figure 1b) for
 * small images: three stages of {@code width}, {@code 2 width} and {@code 4 width} channels, the second and third
 * halving the sides, with stochastic depth (Huang et al., 1603.09382) on each block.
 *
 * <p>{@code residual-WIDTHxBLOCKS} says width and blocks; its first convolution has {@code width} channels. {@code
 * wide-residual-DEPTH-FACTOR} is the WRN-d-k of Zagoruyko and Komodakis (Wide Residual Networks, 1605.07146, table 1):
 * {@code FACTOR} times as wide as a first convolution of 16 channels, and with {@code DEPTH = 6 BLOCKS + 4} layers of
 * weights.
 *
 * @param wide whether it is one of the paper's wide residual networks
 * @param width channels of the first stage
 * @param blocks residual blocks a stage
 */
record ResidualNetwork(boolean wide, int width, int blocks) implements Architecture {

    private static final Pattern NAME = Pattern.compile("residual-([1-9][0-9]{0,3})(?:x([1-9][0-9]?))?");
    private static final Pattern WIDE_NAME = Pattern.compile("wide-residual-([1-9][0-9]{1,2})-([1-9][0-9]?)");
    private static final int STAGES = 3;
    private static final int WIDE_STEM = 16;
    private static final int LAYERS_A_BLOCK = 2 * STAGES;
    private static final int LAYERS_BESIDE = 4; // the first convolution, two widening shortcuts, the head

    static Optional<Architecture> parse(String name) {
        Matcher plain = NAME.matcher(name);
        if (plain.matches()) {
            int blocks = plain.group(2) == null ? 1 : Integer.parseInt(plain.group(2));
            return Optional.of(new ResidualNetwork(false, Integer.parseInt(plain.group(1)), blocks));
        }
        Matcher wide = WIDE_NAME.matcher(name);
        if (!wide.matches()) {
            return Optional.empty();
        }
        int layers = Integer.parseInt(wide.group(1)) - LAYERS_BESIDE;
        if (layers < LAYERS_A_BLOCK || layers % LAYERS_A_BLOCK != 0) {
            throw new IllegalArgumentException(
                    "A wide residual network has 6n + 4 layers, for example 10, 16, 22 or 28," + " not as '" + name
                            + "' says");
        }
        int factor = Integer.parseInt(wide.group(2));
        return Optional.of(new ResidualNetwork(true, WIDE_STEM * factor, layers / LAYERS_A_BLOCK));
    }

    @Override
    public String name() {
        return wide
                ? "wide-residual-" + (LAYERS_A_BLOCK * blocks + LAYERS_BESIDE) + "-" + width / WIDE_STEM
                : "residual-" + width + (blocks == 1 ? "" : "x" + blocks);
    }

    @Override
    public int embeddingSize() {
        return width << (STAGES - 1);
    }

    /** Twice as wide: about four times the weights and the time. */
    @Override
    public Architecture larger() {
        return new ResidualNetwork(wide, 2 * width, blocks);
    }

    @Override
    public Operand<TFloat32> embed(Layers layers, Operand<TFloat32> images) {
        int channels = wide ? WIDE_STEM : width;
        Operand<TFloat32> x = layers.convolution("stem", images, 3, channels, 1);
        int block = 0;
        for (int stage = 0; stage < STAGES; stage++) {
            for (int i = 0; i < blocks; i++) {
                int out = width << stage;
                int stride = stage > 0 && i == 0 ? 2 : 1;
                double depth = (double) ++block / (STAGES * blocks);
                x = residualBlock(layers, "stage" + stage + "/block" + i, x, channels, out, stride, depth);
                channels = out;
            }
        }
        return layers.spatialMean(layers.relu(layers.batchNorm("last", x)));
    }

    /** {@code depth} in (0, 1]: blocks are dropped the more often the deeper they lie (1603.09382, equation 4). */
    private static Operand<TFloat32> residualBlock(
            Layers layers, String name, Operand<TFloat32> x, int in, int out, int stride, double depth) {
        Operand<TFloat32> active = layers.relu(layers.batchNorm(name + "/norm1", x));
        boolean sameShape = in == out && stride == 1;
        Operand<TFloat32> shortcut = sameShape ? x : layers.convolution(name + "/shortcut", active, 1, out, stride);
        Operand<TFloat32> branch = layers.convolution(name + "/conv1", active, 3, out, stride);
        branch = layers.relu(layers.batchNorm(name + "/norm2", branch));
        branch = layers.convolution(name + "/conv2", branch, 3, out, 1);
        return layers.add(shortcut, layers.stochasticDepth(branch, depth));
    }
}
