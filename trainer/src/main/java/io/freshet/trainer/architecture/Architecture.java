package io.freshet.trainer.architecture;

import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A network without its head: images to embeddings. Immutable. */
public interface Architecture {

    /** The name by which configuration and bundles know it, for example {@code residual-32}. */
    String name();

    /** The length of the embedding. */
    int embeddingSize();

    /**
     * Adds the network to the graph, once for each way in which it runs; the layers keep the weights shared.
     *
     * @param images {@code [batch, height, width, channels] float32}, in -1 to 1
     * @return {@code [batch, embeddingSize] float32}
     */
    Operand<TFloat32> embed(Layers layers, Operand<TFloat32> images);

    /** The next step of its family: the same network with more weights, and slower. */
    Architecture larger();

    /**
     * The architecture of that name.
     *
     * @throws IllegalArgumentException if there is none, with the names that there are
     */
    static Architecture named(String name) {
        return ResidualNetwork.parse(name)
                .or(() -> EfficientNetwork.parse(name))
                .orElseThrow(() -> new IllegalArgumentException("There is no architecture '" + name
                        + "'. It is residual-WIDTH or residual-WIDTHxBLOCKS, for example residual-32 or residual-64x2;"
                        + " wide-residual-DEPTH-FACTOR, for example wide-residual-28-2; or efficient-b0, efficient-b1"
                        + " and so on"));
    }
}
