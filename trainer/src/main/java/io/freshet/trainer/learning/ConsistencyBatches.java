package io.freshet.trainer.learning;

import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.model.TrainingBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Online consistency (UDA, Xie et al., 1904.12848, section 2.2; FixMatch, Sohn et al., 2001.07685, section 2.2): in each
 * step the moving average of the weights labels images of the stream as they are, and the network learns to say the same
 * of them under noise. Labels are soft and sharpened, as UDA's are; which of them count follows the model's own certainty
 * ({@link AdaptiveThreshold}).
 *
 * <p>The loss of a step is {@code (sum of H(y, p(noise(x))) + sum of [q passes] H(sharp(q), p(noise(u)))) / (labeled
 * images + images u that pass)}, where {@code q} is the average's answer for {@code u}. The papers divide by all of
 * {@code u}; by those that pass, a step is as long early as late. Labeled images and the stream's share a batch and its
 * statistics; {@code q} is asked by the stream's statistics alone, for by those of the mixture a model that has learned
 * from other images labels the stream ever worse.
 */
public final class ConsistencyBatches implements BatchSource {

    /** Runs have hundreds to thousands of steps, where the paper's .999 is for a million. */
    private static final double THRESHOLD_DECAY = .99;

    private final LabeledBatches labeled;
    private final ImagePool unlabeled;
    private final TrainableModel model;
    private final double labeledShare;
    private final LabelPolicy policy;
    private final AdaptiveThreshold threshold;
    private final ByteBuffer asked;

    /**
     * @param model that is trained on these batches, and {@linkplain TrainableModel#canTeach() can teach}; not owned
     * @param batchSize of the batches that will be filled, at the most
     * @param labeledShare of each batch that is labeled images, in (0, 1]; at least one is
     * @param policy its temperature; that confidence which it demands is demanded too
     */
    public ConsistencyBatches(
            LabeledBatches labeled,
            ImagePool unlabeled,
            TrainableModel model,
            int batchSize,
            double labeledShare,
            LabelPolicy policy) {
        this.labeled = labeled;
        this.unlabeled = unlabeled;
        this.model = model;
        this.labeledShare = labeledShare;
        this.policy = policy;
        this.threshold = new AdaptiveThreshold(model.classifier().classes(), THRESHOLD_DECAY);
        this.asked =
                ByteBuffer.allocateDirect(batchSize * unlabeled.imageSize()).order(ByteOrder.nativeOrder());
    }

    @Override
    public void fill(TrainingBatch batch, SplittableRandom random) {
        int fromLabeled = unlabeled.size() == 0 ? batch.size() : Mixture.labeledPlaces(batch.size(), labeledShare);
        labeled.fill(batch, 0, fromLabeled, random);
        int fromStream = batch.size() - fromLabeled;
        if (fromStream == 0) {
            return;
        }
        asked.clear();
        for (int i = 0; i < fromStream; i++) {
            int image = random.nextInt(unlabeled.size());
            unlabeled.copyTo(image, asked);
            unlabeled.copyTo(image, batch.image(fromLabeled + i));
        }
        float[][] answers = model.teach(asked.flip(), fromStream);
        threshold.observe(answers);
        for (int i = 0; i < fromStream; i++) {
            boolean passes = policy.isSure(answers[i]) && threshold.passes(answers[i]);
            batch.label(fromLabeled + i).put(policy.sharpen(answers[i]));
            batch.weight(fromLabeled + i, passes ? 1 : 0);
        }
    }

    @Override
    public boolean asksTheAverage() {
        return true;
    }

    @Override
    public Optional<Mixture> mixture() {
        return unlabeled.size() == 0 ? Optional.empty() : Optional.of(new Mixture(labeled, unlabeled));
    }

    @Override
    public float[] state() {
        return threshold.state();
    }

    @Override
    public void restore(float[] state) {
        threshold.restore(state);
    }
}
