package io.freshet.trainer.architecture;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * An EfficientNet (Tan and Le, 1905.11946) for small images: inverted bottlenecks with depthwise convolutions (MBConv,
 * Sandler et al., 1801.04381), squeeze and excitation, and swish, grown by compound scaling (section 3.3) without its
 * resolution, which the images say.
 *
 * <p>{@code efficient-b0} is the first convolution and the first four of the seven MBConv stages of the paper's B0 (table
 * 1), and the first convolution does not halve the sides: the paper's network makes 7 of 224 pixels, and of 32 it would
 * leave one.
 *
 * @param scale the compound coefficient phi: channels grow by 1.1 and blocks by 1.2 with each step
 */
record EfficientNetwork(int scale) implements Architecture {

    private static final Pattern NAME = Pattern.compile("efficient-b([0-9]|[1-9][0-9])");
    private static final double WIDER = 1.1;
    private static final double DEEPER = 1.2;
    private static final int STEM = 32;
    private static final int LAST = 320;
    private static final int CHANNEL_STEP = 8;

    /** Channels are widened by {@code expansion} inside a block; {@code stride} is of the first block. */
    private record Stage(int expansion, int kernel, int channels, int blocks, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 3, 16, 1, 1), new Stage(6, 3, 24, 2, 2), new Stage(6, 5, 40, 2, 2), new Stage(6, 3, 80, 3, 2));

    static Optional<Architecture> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new EfficientNetwork(Integer.parseInt(matcher.group(1))))
                : Optional.empty();
    }

    @Override
    public String name() {
        return "efficient-b" + scale;
    }

    @Override
    public int embeddingSize() {
        return channels(LAST);
    }

    @Override
    public Architecture larger() {
        return new EfficientNetwork(scale + 1);
    }

    @Override
    public Operand<TFloat32> embed(Layers layers, Operand<TFloat32> images) {
        int in = channels(STEM);
        Operand<TFloat32> x = active(layers, "stem/norm", layers.convolution("stem", images, 3, in, 1));
        int all = STAGES.stream().mapToInt(this::blocks).sum();
        int block = 0;
        for (int s = 0; s < STAGES.size(); s++) {
            Stage stage = STAGES.get(s);
            for (int i = 0; i < blocks(stage); i++) {
                int out = channels(stage.channels());
                double depth = (double) ++block / all;
                x = bottleneck(
                        layers, "stage" + s + "/block" + i, x, stage, in, out, i == 0 ? stage.stride() : 1, depth);
                in = out;
            }
        }
        return layers.spatialMean(active(layers, "last/norm", layers.convolution("last", x, 1, embeddingSize(), 1)));
    }

    /** MBConv: widen, filter each channel, weigh the channels, narrow; a shortcut where the shape stays. */
    private static Operand<TFloat32> bottleneck(
            Layers layers, String name, Operand<TFloat32> x, Stage stage, int in, int out, int stride, double depth) {
        Operand<TFloat32> y = x;
        if (stage.expansion() > 1) {
            y = layers.convolution(name + "/expand", x, 1, in * stage.expansion(), 1);
            y = active(layers, name + "/norm1", y);
        }
        y = layers.depthwiseConvolution(name + "/depthwise", y, stage.kernel(), stride);
        y = active(layers, name + "/norm2", y);
        y = layers.squeezeExcite(name + "/excitation", y, Math.max(1, in / 4));
        y = layers.batchNorm(name + "/norm3", layers.convolution(name + "/project", y, 1, out, 1));
        return in == out && stride == 1 ? layers.add(x, layers.stochasticDepth(y, depth)) : y;
    }

    private static Operand<TFloat32> active(Layers layers, String name, Operand<TFloat32> x) {
        return layers.swish(layers.batchNorm(name, x));
    }

    private int blocks(Stage stage) {
        return (int) Math.ceil(stage.blocks() * Math.pow(DEEPER, scale));
    }

    /** To the nearest multiple of eight. */
    private int channels(int ofBaseline) {
        return Math.toIntExact(Math.round(ofBaseline * Math.pow(WIDER, scale) / CHANNEL_STEP)) * CHANNEL_STEP;
    }
}
