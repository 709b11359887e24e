package io.freshet.serving.inference;

import io.freshet.protocol.bundle.ModelDescriptor;
import java.util.List;

/** A model's tensors in the terms of the Open Inference Protocol. Stateless. */
public final class ModelTensors {

    /** What the protocol calls a SavedModel. */
    public static final String PLATFORM = "tensorflow_savedmodel";

    public static final String IMAGES = "images";
    public static final String PROBABILITIES = "probabilities";
    public static final String EMBEDDING = "embedding";

    /** @param shape with -1 for the number of images */
    public record Spec(String name, String datatype, List<Long> shape) {}

    private ModelTensors() {}

    /** As the model takes them; numbers of other types, and files, are made into these. */
    public static List<Spec> inputs(ModelDescriptor model) {
        List<Long> shape =
                List.of(-1L, (long) model.input().height(), (long) model.input().width(), (long)
                        model.input().channels());
        return List.of(new Spec(IMAGES, Datatype.UINT8.name(), shape));
    }

    public static List<Spec> outputs(ModelDescriptor model) {
        return List.of(
                new Spec(PROBABILITIES, Datatype.FP32.name(), List.of(-1L, (long)
                        model.classes().size())),
                new Spec(EMBEDDING, Datatype.FP32.name(), List.of(-1L, (long) model.embeddingSize())));
    }
}
