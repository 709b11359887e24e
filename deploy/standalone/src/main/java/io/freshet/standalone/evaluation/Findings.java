package io.freshet.standalone.evaluation;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.data.ImagePool;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.McNemarTest;
import io.freshet.trainer.evaluation.ModelEvaluation;
import io.freshet.trainer.evaluation.Verdicts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What was found out of a model, and of one to compare it with.
 *
 * @param labeled folder of the labeled images
 * @param judged labeled images that judge
 * @param calibrationImages labeled images that fitted the temperature and judge nothing
 * @param mapped those of the judging images that the maps show
 */
record Findings(
        Instant at,
        String labeled,
        List<String> classes,
        ImageShape shape,
        LabeledImages judged,
        int calibrationImages,
        List<Integer> mapped,
        Subject model,
        Optional<Subject> baseline,
        Optional<Traffic> traffic) {

    /** A place on a map. */
    record Point(double x, double y) {}

    /**
     * One of the models.
     *
     * @param answers for the judging images
     * @param map where the mapped images lie; empty if no map was asked
     */
    record Subject(ModelEvaluation evaluation, Answers answers, List<Point> map) {

        String name() {
            return evaluation.model();
        }
    }

    /**
     * Images that nobody has labeled.
     *
     * @param model what the model says of them
     * @param baseline what the baseline says of them
     */
    record Traffic(ImagePool images, Answers model, Optional<Answers> baseline) {

        /** Images of which the two say different classes, those first of which both are surest. */
        List<Integer> differing() {
            return baseline.map(other -> IntStream.range(0, images.size())
                            .boxed()
                            .filter(i -> model.label(i) != other.label(i))
                            .sorted((a, b) -> Float.compare(
                                    model.confidence(b) * other.confidence(b),
                                    model.confidence(a) * other.confidence(a)))
                            .toList())
                    .orElse(List.of());
        }

        double meanConfidence() {
            return IntStream.range(0, images.size())
                    .mapToDouble(model::confidence)
                    .average()
                    .orElse(Double.NaN);
        }
    }

    /**
     * Model and baseline, image by image.
     *
     * @param onlyModelRight images that only the model gets right
     * @param onlyBaselineRight images that only the baseline gets right
     * @param p of the exact McNemar test that the model is no better
     */
    record Comparison(int onlyModelRight, int onlyBaselineRight, double p) {}

    Optional<Comparison> comparison() {
        return baseline.map(other -> {
            Verdicts ours = model.answers().verdicts();
            Verdicts theirs = other.answers().verdicts();
            int wins = ours.rightWhereWrong(theirs);
            int losses = theirs.rightWhereWrong(ours);
            return new Comparison(wins, losses, McNemarTest.pValue(wins, losses));
        });
    }

    /** As {@code evaluation.json} has it. */
    record Json(
            Instant createdAt,
            String labeled,
            int calibrationImages,
            ModelEvaluation model,
            Optional<ModelEvaluation> baseline,
            Optional<Comparison> comparison,
            Optional<TrafficJson> unlabeled) {}

    /** @param differing images of which model and baseline say different classes; absent without a baseline */
    record TrafficJson(int images, double meanConfidence, Optional<Integer> differing) {}

    Json toJson() {
        return new Json(
                at,
                labeled,
                calibrationImages,
                model.evaluation(),
                baseline.map(Subject::evaluation),
                comparison(),
                traffic.map(seen -> new TrafficJson(
                        seen.images().size(),
                        seen.meanConfidence(),
                        seen.baseline().map(other -> seen.differing().size()))));
    }
}
