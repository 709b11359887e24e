package io.freshet.trainer.learning;

import io.freshet.engine.Classifications;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.model.TrainableModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Labels the stream: a model, un-noised, whose batch-norm statistics are first moved to the stream's, for a model that
 * has seen other images labels these worse than it could (Schneider et al., 2006.16971, section 3).
 *
 * <p>Changes the model's statistics, so the model must not be the one in service. Does not own it.
 */
public final class Teacher {

    /** Images that are looked at together: answers to the bit are those of the same batches. */
    public static final int BATCH = 250;

    private static final int ADAPTATION_BATCHES = 16;

    private final TrainableModel model;

    public Teacher(TrainableModel model) {
        this.model = model;
    }

    /**
     * Moves the model's batch-norm statistics to the images', as the mean over up to {@value #ADAPTATION_BATCHES}
     * batches drawn from them. Does nothing if the model cannot, or there is less than a batch.
     *
     * @return whether the statistics have moved
     */
    public boolean adapt(ImagePool images, long seed) {
        if (!model.canAdapt() || images.size() < BATCH) {
            return false;
        }
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer batch = buffer(images, BATCH);
        int batches = Math.min(ADAPTATION_BATCHES, images.size() / BATCH);
        for (int i = 1; i <= batches; i++) {
            batch.clear();
            for (int j = 0; j < BATCH; j++) {
                images.copyTo(random.nextInt(images.size()), batch);
            }
            model.adapt(batch.flip(), BATCH, 1.0 / i);
        }
        return true;
    }

    /** Labels all images. */
    public PseudoLabels label(ImagePool images, LabelPolicy policy) {
        return policy.apply(model.classifier().classes(), probabilities(images, 0, images.size()));
    }

    /**
     * What the model says of some of the images, in batches of {@value #BATCH} from the first of them on.
     *
     * @param from inclusive
     * @param to exclusive
     * @return {@code [to - from, classes]}, row by row
     */
    public float[] probabilities(ImagePool images, int from, int to) {
        int classes = model.classifier().classes();
        float[] probabilities = new float[(to - from) * classes];
        ByteBuffer batch = buffer(images, BATCH);
        for (int first = from; first < to; first += BATCH) {
            int count = Math.min(BATCH, to - first);
            batch.clear();
            for (int i = 0; i < count; i++) {
                images.copyTo(first + i, batch);
            }
            Classifications said = model.classifier().classify(batch.flip(), count);
            for (int i = 0; i < count; i++) {
                System.arraycopy(said.probabilities(i), 0, probabilities, (first - from + i) * classes, classes);
            }
        }
        return probabilities;
    }

    private static ByteBuffer buffer(ImagePool images, int count) {
        return ByteBuffer.allocateDirect(count * images.imageSize()).order(ByteOrder.nativeOrder());
    }
}
