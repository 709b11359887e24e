package io.freshet.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.freshet.engine.Classifier;
import io.freshet.engine.SavedModel;
import io.freshet.engine.SessionOptions;
import io.freshet.engine.Signature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * A trainable SavedModel (see {@link Signatures}), loaded and stepped through DJL's TensorFlow engine.
 *
 * <p>Steps change the variables and are for one thread at a time. The caller closes it.
 */
public final class TrainableModel implements AutoCloseable {

    private static final Set<String> NEEDED =
            Set.of(Signatures.TRAIN, Signatures.PREDICT, Signatures.SAVE, Signatures.RESTORE);

    private final SavedModel model;
    private final Classifier classifier;
    private final ByteBuffer scalar = ByteBuffer.allocateDirect(Long.BYTES * 2).order(ByteOrder.nativeOrder());

    private TrainableModel(SavedModel model) {
        this.model = model;
        this.classifier = new Classifier(model);
    }

    /**
     * Loads a trainable model with the variables that lie beside its graph.
     *
     * @throws io.freshet.engine.ModelLoadException if it cannot be loaded
     * @throws IllegalArgumentException if it lacks a signature that training needs
     */
    public static TrainableModel load(Path folder, SessionOptions options) {
        SavedModel model = SavedModel.load(folder, options);
        try {
            if (!model.signatureKeys().containsAll(NEEDED)) {
                throw new IllegalArgumentException(
                        "The model in " + folder + " cannot be trained: it has the signatures " + model.signatureKeys()
                                + " and needs " + NEEDED);
            }
            return new TrainableModel(model);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** The model's predictions, with its averaged weights. Valid until the model is closed. */
    public Classifier classifier() {
        return classifier;
    }

    /** Whether the model can move its batch-norm statistics to a stream. */
    public boolean canAdapt() {
        return model.signatureKeys().contains(Signatures.ADAPT);
    }

    /**
     * One step of training.
     *
     * @param seed of the run, below 2^32
     * @param step number of the step, which with the seed decides all noise
     * @return the loss before the step
     */
    public double step(TrainingBatch batch, HyperParameters parameters, long seed, long step) {
        try (NDManager manager = model.manager().newSubManager()) {
            Shape images = new Shape(batch.size(), classifier.height(), classifier.width(), classifier.channels());
            NDList inputs = new NDList(
                    named(Signatures.IMAGES, manager.create(batch.images(), images, DataType.UINT8)),
                    named(
                            Signatures.LABELS,
                            manager.create(batch.labels(), new Shape(batch.size(), batch.classes()), DataType.FLOAT32)),
                    named(
                            Signatures.WEIGHTS,
                            manager.create(batch.weights(), new Shape(batch.size()), DataType.FLOAT32)),
                    scalar(manager, Signatures.LEARNING_RATE, parameters.learningRate()),
                    scalar(manager, Signatures.WEIGHT_DECAY, parameters.weightDecay()),
                    scalar(manager, Signatures.AVERAGE_DECAY, parameters.averageDecay()),
                    scalar(manager, Signatures.MAGNITUDE, parameters.noise().magnitude()),
                    scalar(manager, Signatures.DROPOUT, parameters.noise().dropout()),
                    scalar(
                            manager,
                            Signatures.STOCHASTIC_DEPTH,
                            parameters.noise().stochasticDepth()),
                    seed(manager, seed, step));
            return model.signature(Signatures.TRAIN)
                    .run(inputs)
                    .get(Signatures.LOSS)
                    .getFloat();
        }
    }

    /**
     * Moves the batch-norm statistics that predictions use to those of a batch of images.
     *
     * @param images {@code [count, height, width, channels] uint8}
     * @param rate 1 takes the batch's in their place, 1/k makes them the mean over k batches
     * @throws IllegalArgumentException if the model {@linkplain #canAdapt() cannot}
     */
    public void adapt(ByteBuffer images, int count, double rate) {
        try (NDManager manager = model.manager().newSubManager()) {
            Shape shape = new Shape(count, classifier.height(), classifier.width(), classifier.channels());
            model.signature(Signatures.ADAPT)
                    .run(new NDList(
                            named(Signatures.IMAGES, manager.create(images.duplicate(), shape, DataType.UINT8)),
                            scalar(manager, Signatures.RATE, rate)));
        }
    }

    /** The same by the images of a batch of training. */
    public void adapt(TrainingBatch batch, double rate) {
        adapt(batch.images(), batch.size(), rate);
    }

    /** Whether the model can label a stream while it is trained on it. */
    public boolean canTeach() {
        return model.signatureKeys().contains(Signatures.TEACH);
    }

    /**
     * What the averaged weights say of a batch of images of one kind, by the batch's own batch-norm statistics.
     *
     * @param images {@code [count, height, width, channels] uint8}
     * @return {@code [count][classes]}, each a distribution
     * @throws IllegalArgumentException if the model {@linkplain #canTeach() cannot}
     */
    public float[][] teach(ByteBuffer images, int count) {
        try (NDManager manager = model.manager().newSubManager()) {
            Shape shape = new Shape(count, classifier.height(), classifier.width(), classifier.channels());
            float[] rows = model.signature(Signatures.TEACH)
                    .run(new NDList(
                            named(Signatures.IMAGES, manager.create(images.duplicate(), shape, DataType.UINT8))))
                    .get(Signatures.PROBABILITIES)
                    .toFloatArray();
            int classes = classifier.classes();
            float[][] answers = new float[count][];
            for (int image = 0; image < count; image++) {
                answers[image] = Arrays.copyOfRange(rows, image * classes, (image + 1) * classes);
            }
            return answers;
        }
    }

    /** Whether the model can draw its weights anew. */
    public boolean canInitialize() {
        return model.signatureKeys().contains(Signatures.INITIALIZE);
    }

    /**
     * Draws all weights anew.
     *
     * @throws IllegalArgumentException if the model {@linkplain #canInitialize() cannot}
     */
    public void initialize(long seed) {
        try (NDManager manager = model.manager().newSubManager()) {
            model.signature(Signatures.INITIALIZE).run(new NDList(seed(manager, seed, 0)));
        }
    }

    /** Writes all variables, the optimizer's too, as a TensorFlow checkpoint of that prefix. */
    public void save(Path prefix) {
        run(Signatures.SAVE, prefix);
    }

    /** Reads what {@link #save} wrote, from a model of the same graph. */
    public void restore(Path prefix) {
        run(Signatures.RESTORE, prefix);
    }

    /** Whether the model can begin from the weights below another model's head. */
    public boolean canRestoreBackbone() {
        return model.signatureKeys().contains(Signatures.RESTORE_BACKBONE);
    }

    /**
     * Reads the weights below the head from what a model of the same architecture has saved; the head stays as it is.
     *
     * @throws IllegalArgumentException if the model {@linkplain #canRestoreBackbone() cannot}
     */
    public void restoreBackbone(Path prefix) {
        run(Signatures.RESTORE_BACKBONE, prefix);
    }

    private void run(String key, Path prefix) {
        Signature signature = model.signature(key);
        try (NDManager manager = model.manager().newSubManager()) {
            String[] path = {prefix.toAbsolutePath().toString()};
            NDArray file = manager.create(path, StandardCharsets.UTF_8, new Shape());
            signature.run(new NDList(named(Signatures.FILE, file)));
        }
    }

    private NDArray scalar(NDManager manager, String name, double value) {
        scalar.clear().putFloat((float) value).flip();
        return named(name, manager.create(scalar, new Shape(), DataType.FLOAT32));
    }

    private NDArray seed(NDManager manager, long seed, long step) {
        if (seed < 0 || seed >>> 32 != 0) {
            throw new IllegalArgumentException("A seed lies in 0 to 2^32 - 1: " + seed);
        }
        scalar.clear().putLong(seed).putLong(step).flip();
        return named(Signatures.SEED, manager.create(scalar, new Shape(2), DataType.INT64));
    }

    private static NDArray named(String name, NDArray array) {
        array.setName(name);
        return array;
    }

    @Override
    public void close() {
        model.close();
    }
}
