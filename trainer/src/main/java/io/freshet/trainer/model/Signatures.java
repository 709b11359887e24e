package io.freshet.trainer.model;

/**
 * The contract of a trainable model: a SavedModel with these signatures, whoever wrote it. {@code docs/trainable-model.md}
 * says the same for those who export one.
 */
public final class Signatures {

    /** {@code images, labels, weights}, hyper-parameters and {@code seed} to {@code loss}: one step. */
    public static final String TRAIN = "train";

    /** {@code images} to {@code probabilities} and {@code embedding}: the key under which TF Serving looks first. */
    public static final String PREDICT = "serving_default";

    /** {@code images, rate} to {@code rate}: moves batch-norm statistics to the images'. A model may lack it. */
    public static final String ADAPT = "adapt";

    /**
     * {@code images} to {@code probabilities}: the averaged weights' answers with the batch's own batch-norm statistics, so
     * that images of another kind are seen with eyes of that kind while training goes on with both. A model may lack it.
     */
    public static final String TEACH = "teach";

    /** {@code seed} to {@code seed}: draws all weights anew. */
    public static final String INITIALIZE = "initialize";

    /** {@code file} to {@code file}: writes all variables, the optimizer's too, as a TensorFlow checkpoint. */
    public static final String SAVE = "save";

    /** {@code file} to {@code file}: reads what {@link #SAVE} wrote. */
    public static final String RESTORE = "restore";

    /**
     * {@code file} to {@code file}: reads the weights below the head from what a model of the same architecture has
     * saved, whatever its classes and whatever it was trained for. A model may lack it.
     */
    public static final String RESTORE_BACKBONE = "restore_backbone";

    /** {@code [batch, height, width, channels] uint8}. */
    public static final String IMAGES = "images";

    /** {@code [batch, classes] float32}, each row a distribution. */
    public static final String LABELS = "labels";

    /** {@code [batch] float32}: what each image counts in the loss. */
    public static final String WEIGHTS = "weights";

    public static final String LEARNING_RATE = "learning_rate";
    public static final String WEIGHT_DECAY = "weight_decay";

    /** Decay of the moving average of the weights that predictions use, in 0 to 1. */
    public static final String AVERAGE_DECAY = "average_decay";

    /** RandAugment's magnitude, 0 to 1. */
    public static final String MAGNITUDE = "magnitude";

    public static final String DROPOUT = "dropout";
    public static final String STOCHASTIC_DEPTH = "stochastic_depth";

    /** {@code [2] int64}: the run's seed (below 2^32) and the step. */
    public static final String SEED = "seed";

    /** {@code [] float32}: the mean over the batch, by weight. */
    public static final String LOSS = "loss";

    /** {@code [batch, classes] float32}. */
    public static final String PROBABILITIES = "probabilities";

    /** {@code [batch, embedding] float32}: the penultimate layer. */
    public static final String EMBEDDING = "embedding";

    /** {@code [] float32}: how far statistics move to a batch's, 0 to 1. */
    public static final String RATE = "rate";

    /** {@code [] string}: a checkpoint's path prefix. */
    public static final String FILE = "file";

    private Signatures() {}
}
