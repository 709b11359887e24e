package io.freshet.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.List;

/** One signature of a {@link SavedModel}: named tensors in, named tensors out. Thread safe. */
public final class Signature {

    private final String key;
    private final TfSymbolBlock block;
    private final ParameterStore parameters;

    Signature(String key, TfSymbolBlock block, NDManager manager) {
        this.key = key;
        this.block = block;
        this.parameters = new ParameterStore(manager, false);
    }

    public String key() {
        return key;
    }

    /** The names of the inputs, in the order in which unnamed arrays would be taken. */
    public List<String> inputs() {
        return block.describeInput().keys();
    }

    public List<String> outputs() {
        return block.describeOutput().keys();
    }

    /**
     * The declared shape of an input, with -1 for what is open.
     *
     * @throws IllegalArgumentException if there is no such input
     */
    public Shape inputShape(String name) {
        return shape(block.describeInput(), name);
    }

    /**
     * The declared shape of an output, with -1 for what is open.
     *
     * @throws IllegalArgumentException if there is no such output
     */
    public Shape outputShape(String name) {
        return shape(block.describeOutput(), name);
    }

    private Shape shape(PairList<String, Shape> described, String name) {
        if (!described.contains(name)) {
            throw new IllegalArgumentException(
                    "The signature '" + key + "' has no '" + name + "', it has " + described.keys());
        }
        return described.get(name);
    }

    /**
     * Runs the signature.
     *
     * @param arrays one named array for each of {@link #inputs()}, in any order
     * @return the outputs, named, attached to the manager of the arrays given; the caller closes that manager
     * @throws IllegalArgumentException if an input is missing
     */
    public NDList run(NDList arrays) {
        // The engine looks arrays up by name but does not notice that one is missing, until native code reads it.
        NDList ordered = new NDList(arrays.size());
        for (String name : inputs()) {
            NDArray array = arrays.get(name);
            if (array == null) {
                throw new IllegalArgumentException("The signature '" + key + "' needs '" + name + "'");
            }
            ordered.add(array);
        }
        return block.forward(parameters, ordered, false);
    }
}
