package io.freshet.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/**
 * A SavedModel's {@code serving_default} signature: images to class probabilities and embeddings. The teacher labels
 * with it, the evaluator judges with it and serving answers with it, so what is judged is what will serve.
 *
 * <p>Thread safe. Does not own the model.
 */
public final class Classifier {

    /** The signature's key, input and outputs. */
    public static final String SIGNATURE = "serving_default";

    private static final String IMAGES = "images";
    private static final String PROBABILITIES = "probabilities";
    private static final String EMBEDDING = "embedding";

    private final SavedModel model;
    private final Signature signature;
    private final int height;
    private final int width;
    private final int channels;
    private final int classes;
    private final int embeddingSize;

    /** @throws IllegalArgumentException if the model lacks the signature, its tensors, or their shapes */
    public Classifier(SavedModel model) {
        this.model = model;
        this.signature = model.signature(SIGNATURE);
        Shape images = signature.inputShape(IMAGES);
        if (images.dimension() != 4) {
            throw new IllegalArgumentException(
                    "'" + IMAGES + "' must be [batch, height, width, channels], not " + images);
        }
        this.height = known(images, 1);
        this.width = known(images, 2);
        this.channels = known(images, 3);
        this.classes = known(signature.outputShape(PROBABILITIES), 1);
        this.embeddingSize = known(signature.outputShape(EMBEDDING), 1);
    }

    private static int known(Shape shape, int dimension) {
        if (shape.dimension() <= dimension || shape.get(dimension) <= 0) {
            throw new IllegalArgumentException("Dimension " + dimension + " of " + shape + " must be stated");
        }
        return Math.toIntExact(shape.get(dimension));
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** 1 (gray) or 3 (RGB). */
    public int channels() {
        return channels;
    }

    public int classes() {
        return classes;
    }

    public int embeddingSize() {
        return embeddingSize;
    }

    /** Bytes of one image: {@code height * width * channels}. */
    public int imageSize() {
        return height * width * channels;
    }

    /**
     * Classifies a batch.
     *
     * @param images {@code [count, height, width, channels] uint8}, from the buffer's position to its limit, which stay
     *     as they are. A direct buffer that the caller uses again costs least: the engine frees the memory behind a
     *     buffer of its own only when the collector runs.
     */
    public Classifications classify(ByteBuffer images, int count) {
        if (images.remaining() != (long) count * imageSize()) {
            throw new IllegalArgumentException(
                    count + " images take " + (long) count * imageSize() + " bytes, not " + images.remaining());
        }
        try (NDManager manager = model.manager().newSubManager()) {
            NDArray input =
                    manager.create(images.duplicate(), new Shape(count, height, width, channels), DataType.UINT8);
            input.setName(IMAGES);
            NDList outputs = signature.run(new NDList(input));
            return new Classifications(
                    classes,
                    outputs.get(PROBABILITIES).toFloatArray(),
                    embeddingSize,
                    outputs.get(EMBEDDING).toFloatArray());
        }
    }
}
