package io.freshet.trainer.architecture;

import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A loss that asks no labels: it compares what the network makes of two views of each image of a batch, after a
 * projector that is dropped when the network has learned. Immutable.
 */
public sealed interface SelfSupervision permits SimClr, BarlowTwins {

    /** The name by which people know it, for example {@code simclr}. */
    String name();

    /**
     * The projector.
     *
     * @param embedding {@code [views, embedding] float32}
     * @return {@code [views, size] float32}
     */
    Operand<TFloat32> project(Layers layers, Operand<TFloat32> embedding);

    /**
     * The loss.
     *
     * @param first {@code [batch, size] float32}, of the first view of each image
     * @param second {@code [batch, size] float32}, of the second view of the same images
     * @return {@code [] float32}
     */
    Operand<TFloat32> loss(Ops tf, Operand<TFloat32> first, Operand<TFloat32> second);

    /** All of them, with the settings of their papers as far as small networks and batches take them. */
    static List<SelfSupervision> all() {
        return List.of(SimClr.DEFAULT, BarlowTwins.DEFAULT);
    }

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException if there is none, with the names that there are
     */
    static SelfSupervision named(String name) {
        Optional<SelfSupervision> found =
                all().stream().filter(method -> method.name().equals(name)).findFirst();
        return found.orElseThrow(() -> new IllegalArgumentException("There is no method '" + name + "'. It is one of "
                + all().stream().map(SelfSupervision::name).toList()));
    }
}
