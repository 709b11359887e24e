package io.freshet.benchmarks.learning;

import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.data.Material;
import io.freshet.trainer.evaluation.Evaluator;
import io.freshet.trainer.learning.BatchSource;
import io.freshet.trainer.learning.LabeledBatches;
import io.freshet.trainer.model.TrainableModel;
import io.freshet.trainer.round.Candidate;
import io.freshet.trainer.round.RoundConfig;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One seed of the regime {@code shift}: a first model from clean labels, a control that goes on with them, and for each
 * corruption the candidates that begin from the first model and take as many steps as the control.
 */
final class ShiftRun {

    private static final int BISECTIONS = 7;
    private static final double WANTED = 2;
    private static final int FIRST = 3;
    private static final int CONTROL = 4;
    private static final int VALIDATION = 7;
    private static final int TRAFFIC = 8;
    private static final int TEST = 9;

    private final RoundConfig config;
    private final Parts parts;
    private final long seed;
    private final Lab lab;

    /**
     * What one corruption showed.
     *
     * @param control on labels alone
     * @param adapted the control with its batch-norm statistics moved to the traffic
     * @param candidates by what they learned with
     */
    record Outcome(
            long seed,
            Corruption corruption,
            double severity,
            Errors control,
            Errors adapted,
            Map<Candidate, Errors> candidates) {}

    ShiftRun(RoundConfig config, Parts parts, long seed, Lab lab) {
        this.config = config;
        this.parts = parts;
        this.seed = seed;
        this.lab = lab;
    }

    /** Trains what all corruptions share: the first model and the control. */
    void prepare() throws IOException, InterruptedException {
        lab.write(parts.shape(), parts.classes().size(), FIRST);
        BatchSource labels = new LabeledBatches(parts.labeled(), config.smoothing());
        try (TrainableModel model = lab.load()) {
            lab.train(model, config.initial(), FIRST, labels, "first");
            model.save(lab.weights("first"));
            lab.train(model, config.student(), CONTROL, labels, "control");
            model.save(lab.weights("control"));
        }
    }

    Outcome run(Corruption corruption, List<Candidate> candidates) throws IOException, InterruptedException {
        try (TrainableModel model = lab.load()) {
            double severity = severity(model, corruption);
            LabeledImages traffic = parts.corrupted(parts.traffic(), corruption, severity, lab.seed(TRAFFIC));
            LabeledImages test = parts.corrupted(parts.test(), corruption, severity, lab.seed(TEST));
            Material material = parts.material(traffic);
            model.restore(lab.weights("control"));
            Errors control = Errors.of(model, test, parts);
            lab.adapt(model, material);
            Errors adapted = Errors.of(model, test, parts);
            Map<Candidate, Errors> learned = new EnumMap<>(Candidate.class);
            for (Candidate candidate : candidates) {
                lab.learn(model, lab.weights("first"), candidate, material, corruption.toString());
                learned.put(candidate, Errors.of(model, test, parts));
            }
            return new Outcome(seed, corruption, severity, control, adapted, learned);
        }
    }

    /** The severity at which the control makes twice its clean errors on the validation images, or the highest. */
    private double severity(TrainableModel model, Corruption corruption) {
        model.restore(lab.weights("control"));
        int wanted = (int) Math.round(
                WANTED * Evaluator.judge(model.classifier(), parts.validation()).errors());
        double low = 0;
        double high = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            LabeledImages seen = parts.corrupted(parts.validation(), corruption, middle, lab.seed(VALIDATION));
            if (Evaluator.judge(model.classifier(), seen).errors() < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
