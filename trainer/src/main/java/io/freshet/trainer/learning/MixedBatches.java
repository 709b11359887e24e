package io.freshet.trainer.learning;

import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.model.TrainingBatch;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.SplittableRandom;

/** Batches in which labeled images and pseudo-labeled ones of the stream stand side by side: true labels never lack. */
public final class MixedBatches implements BatchSource {

    private final LabeledBatches labeled;
    private final ImagePool unlabeled;
    private final PseudoLabels labels;
    private final ClassBalance balance;
    private final double labeledShare;

    /**
     * @param labeledShare of each batch that is labeled images, in (0, 1]; at least one is
     * @param balance see {@link LabelPolicy#balance()}
     */
    public MixedBatches(
            LabeledBatches labeled, ImagePool unlabeled, PseudoLabels labels, double labeledShare, double balance) {
        this.labeled = labeled;
        this.unlabeled = unlabeled;
        this.labels = labels;
        this.labeledShare = labeledShare;
        this.balance = new ClassBalance(labels, balance);
    }

    @Override
    public void fill(TrainingBatch batch, SplittableRandom random) {
        int fromLabeled = labels.keptCount() == 0 ? batch.size() : Mixture.labeledPlaces(batch.size(), labeledShare);
        labeled.fill(batch, 0, fromLabeled, random);
        for (int place = fromLabeled; place < batch.size(); place++) {
            int image = balance.draw(random);
            unlabeled.copyTo(image, batch.image(place));
            FloatBuffer label = batch.label(place);
            for (int i = 0; i < batch.classes(); i++) {
                label.put(labels.probability(image, i));
            }
            batch.weight(place, 1);
        }
    }

    @Override
    public Optional<Mixture> mixture() {
        return labels.keptCount() == 0 ? Optional.empty() : Optional.of(new Mixture(labeled, unlabeled));
    }
}
