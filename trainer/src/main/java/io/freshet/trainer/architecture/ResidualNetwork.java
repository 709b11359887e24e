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
 * @param width channels of the first stage
 * @param blocks residual blocks a stage
 */
record ResidualNetwork(int width, int blocks) implements Architecture {

    private static final Pattern NAME = Pattern.compile("residual-([1-9][0-9]{0,3})(?:x([1-9][0-9]?))?");
    private static final int STAGES = 3;

    static Optional<Architecture> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int blocks = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        return Optional.of(new ResidualNetwork(Integer.parseInt(matcher.group(1)), blocks));
    }

    @Override
    public String name() {
        return "residual-" + width + (blocks == 1 ? "" : "x" + blocks);
    }

    @Override
    public int embeddingSize() {
        return width << (STAGES - 1);
    }

    @Override
    public Operand<TFloat32> embed(Layers layers, Operand<TFloat32> images) {
        Operand<TFloat32> x = layers.convolution("stem", images, 3, width, 1);
        int channels = width;
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
