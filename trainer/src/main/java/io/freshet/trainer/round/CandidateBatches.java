package io.freshet.trainer.round;

import io.freshet.trainer.data.Material;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.ConsistencyBatches;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.learning.MixedBatches;
import io.freshet.trainer.learning.PseudoLabels;
import io.freshet.trainer.model.TrainableModel;

/** What each candidate learns from. */
public final class CandidateBatches {

    private CandidateBatches() {}

    /**
     * The batches of a candidate.
     *
     * @param labels the teacher's, of all unlabeled images of the material
     * @param candidate any but {@link Candidate#BATCH_NORM}, which takes no steps
     * @param model that is trained on the batches; not owned
     */
    public static BatchSource of(
            Candidate candidate, RoundConfig config, Material material, PseudoLabels labels, TrainableModel model) {
        LabeledBatches labeled = new LabeledBatches(material.labeled(), config.smoothing());
        return switch (candidate) {
            case LABELS -> labeled;
            case BATCH_NORM -> throw new IllegalArgumentException("batch-norm takes no steps, and no batches");
            case STUDENT, SCRATCH ->
                new MixedBatches(
                        labeled,
                        material.unlabeled(),
                        labels,
                        config.labeledShare(),
                        config.labels().balance());
            case CONSISTENCY ->
                new ConsistencyBatches(
                        labeled,
                        material.unlabeled(),
                        model,
                        config.student().batchSize(),
                        config.labeledShare(),
                        config.labels());
        };
    }
}
