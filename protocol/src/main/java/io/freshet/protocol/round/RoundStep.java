package io.freshet.protocol.round;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.OffsetRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a round has come. It moves forward only:
 *
 * <pre>
 * Snapshotted → Labelled → Trained → Evaluated → Promoted | Held
 *      any of the first four → Failed
 * </pre>
 *
 * Each step is announced when it is done and its results lie on disk, so that a trainer that dies goes on with the next.
 */
public sealed interface RoundStep {

    /** Whether the round is over. */
    default boolean isLast() {
        return switch (this) {
            case Snapshotted s -> false;
            case Labelled l -> false;
            case Trained t -> false;
            case Evaluated e -> false;
            case Promoted p -> true;
            case Held h -> true;
            case Failed f -> true;
        };
    }

    /**
     * What the round learns from is fixed.
     *
     * @param detail of the trigger, for people
     * @param champion the model in service, absent before the first
     * @param unlabeled offsets of {@code freshet.unlabeled}
     * @param labels offsets of {@code freshet.labels}
     * @param seed decides all that is random in the round
     */
    record Snapshotted(
            Trigger trigger,
            String detail,
            Optional<ModelVersion> champion,
            List<OffsetRange> unlabeled,
            List<OffsetRange> labels,
            long seed)
            implements RoundStep {

        public Snapshotted {
            unlabeled = List.copyOf(unlabeled);
            labels = List.copyOf(labels);
        }
    }

    /**
     * The teacher has labelled the unlabeled images.
     *
     * @param kept images that passed the filter
     * @param keptByClass the same, by class name
     * @param leftOut images that the round does not learn from, as near copies of images that judge
     */
    record Labelled(
            int labeledImages,
            int unlabeledImages,
            int kept,
            double meanConfidence,
            Map<String, Integer> keptByClass,
            int leftOut)
            implements RoundStep {

        public Labelled {
            keptByClass = Map.copyOf(keptByClass);
        }

        /** One for which nothing was left out. */
        public Labelled(
                int labeledImages,
                int unlabeledImages,
                int kept,
                double meanConfidence,
                Map<String, Integer> keptByClass) {
            this(labeledImages, unlabeledImages, kept, meanConfidence, keptByClass, 0);
        }
    }

    /**
     * The candidates for the student and the control have taken their steps, and one candidate has become the student.
     *
     * @param steps of the student in this round
     * @param studentLoss mean over the last tenth of the steps, of the candidate that learned longest from the traffic
     * @param controlLoss the same of the control
     * @param studentSeconds of all candidates together
     * @param trials of the candidates, in the order in which they were seen
     * @param choice absent for the first model, which has no rival
     */
    record Trained(
            int steps,
            double studentLoss,
            double controlLoss,
            double studentSeconds,
            double controlSeconds,
            List<Trial> trials,
            Optional<Choice> choice)
            implements RoundStep {

        public Trained {
            trials = List.copyOf(trials);
        }
    }

    /**
     * Which candidate became the student.
     *
     * @param reason for people
     */
    record Choice(String candidate, String reason) {}

    /**
     * The judging samples have been asked.
     *
     * @param champion the model in service, absent before the first
     * @param control the student's network after the same steps on labels alone
     * @param adaptedControl the control with its batch-norm statistics moved to the traffic
     * @param pValue of the exact McNemar test of student against champion on the audit sample, 1 without a champion
     */
    record Evaluated(
            Score student,
            Optional<Score> champion,
            Optional<Score> control,
            Optional<Score> adaptedControl,
            double pValue)
            implements RoundStep {}

    /** The student goes into service under that version. */
    record Promoted(ModelVersion model) implements RoundStep {}

    /** The model in service stays. */
    record Held(List<String> reasons) implements RoundStep {

        public Held {
            reasons = List.copyOf(reasons);
        }
    }

    /** The round could not be finished. */
    record Failed(String reason) implements RoundStep {}
}
