package io.freshet.standalone.evaluation;

import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.ClassScore;
import io.freshet.trainer.evaluation.Evaluation;
import io.freshet.trainer.evaluation.Latency;
import io.freshet.trainer.evaluation.ModelEvaluation;
import io.freshet.trainer.evaluation.Robustness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** The findings in plain words, as HTML sentences. */
final class Summary {

    private static final double SHOWN_TO_BE_BETTER = .05;
    private static final double WELL_CALIBRATED = .02;

    private final Findings findings;
    private final ModelEvaluation model;
    private final Evaluation evaluation;

    Summary(Findings findings) {
        this.findings = findings;
        this.model = findings.model().evaluation();
        this.evaluation = model.evaluation();
    }

    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add("It gets <b>" + Words.percent(evaluation.accuracy().share()) + "</b> of "
                + evaluation.images() + " images right; the 95% interval is "
                + Words.percent(evaluation.accuracy().low()) + " to "
                + Words.percent(evaluation.accuracy().high()) + ".");
        compared().ifPresent(sentences::add);
        classes().ifPresent(sentences::add);
        sentences.add(calibrated());
        model.robustness().map(this::robust).ifPresent(sentences::add);
        model.latency().map(Summary::fast).ifPresent(sentences::add);
        findings.traffic()
                .map(traffic -> String.format(
                        Locale.ROOT,
                        "Of %,d unlabeled images it is %s sure on average%s.",
                        traffic.images().size(),
                        Words.percent(traffic.meanConfidence()),
                        findings.baseline().isPresent()
                                ? String.format(
                                        Locale.ROOT,
                                        ", and says another class than the baseline of %,d",
                                        traffic.differing().size())
                                : ""))
                .ifPresent(sentences::add);
        return sentences;
    }

    private Optional<String> compared() {
        return findings.baseline()
                .flatMap(other -> findings.comparison()
                        .map(comparison -> String.format(
                                Locale.ROOT,
                                "%2$s gets %3$s right. Only %1$s is right on %4$d images, only %2$s on %5$d: %1$s <b>is%6$s shown to"
                                        + " be better</b> (exact McNemar test, p = %7$.2g).",
                                Words.escape(model.model()),
                                Words.escape(other.name()),
                                Words.percent(other.evaluation()
                                        .evaluation()
                                        .accuracy()
                                        .share()),
                                comparison.onlyModelRight(),
                                comparison.onlyBaselineRight(),
                                comparison.p() < SHOWN_TO_BE_BETTER ? "" : " not",
                                comparison.p())));
    }

    private Optional<String> classes() {
        Optional<ClassScore> best = evaluation.perClass().stream()
                .filter(score -> score.recall().isPresent())
                .max(Comparator.comparingDouble(score -> score.recall().orElseThrow()));
        return best.flatMap(good -> Words.worst(evaluation)
                .map(bad -> "It finds " + Words.escape(good.name()) + " best (" + Words.percent(good.recall())
                        + " of them) and " + Words.escape(bad.name()) + " worst (" + Words.percent(bad.recall()) + ")"
                        + takenFor(evaluation.classes().indexOf(bad.name())) + "."));
    }

    private String takenFor(int label) {
        List<Integer> row = evaluation.confusion().get(label);
        return IntStream.range(0, row.size())
                .filter(other -> other != label && row.get(other) > 0)
                .boxed()
                .max(Comparator.comparing(row::get))
                .map(other -> ", which it takes for "
                        + Words.escape(evaluation.classes().get(other)) + " most often")
                .orElse("");
    }

    private String calibrated() {
        double error = evaluation.calibration().expectedCalibrationError();
        Answers answers = findings.model().answers();
        double sure = IntStream.range(0, answers.images())
                .mapToDouble(answers::confidence)
                .average()
                .orElse(0);
        String verdict = error <= WELL_CALIBRATED
                ? "Its confidence can be believed"
                : sure > evaluation.accuracy().share()
                        ? "It is surer than it should be"
                        : "It is less sure than it could be";
        return verdict + ": " + Words.percent(sure) + " sure on average, with a calibration error of "
                + Words.points(error)
                + evaluation
                        .scaled()
                        .map(scaled -> String.format(
                                Locale.ROOT,
                                ", and %s if its logits are divided by %.2f (fitted on %d other images)",
                                Words.points(scaled.calibration().expectedCalibrationError()),
                                scaled.temperature(),
                                findings.calibrationImages()))
                        .orElse("")
                + ".";
    }

    private String robust(Robustness robustness) {
        return "As a camera wears it gets " + Words.percent(robustness.meanAccuracy())
                + " right, over ten corruptions at five severities"
                + robustness
                        .relativeError()
                        .map(relative -> String.format(
                                Locale.ROOT,
                                "; it makes %.2f of the errors that %s makes there",
                                relative,
                                findings.baseline()
                                        .map(other -> Words.escape(other.name()))
                                        .orElse("")))
                        .orElse("")
                + ".";
    }

    private static String fast(Latency latency) {
        return String.format(
                Locale.ROOT,
                "On this machine an image takes %.2f ms (median; p99 %.2f ms), and batches of %d give %,.0f images a"
                        + " second.",
                latency.medianMillis(),
                latency.p99Millis(),
                Latency.BATCH,
                latency.imagesPerSecond());
    }
}
