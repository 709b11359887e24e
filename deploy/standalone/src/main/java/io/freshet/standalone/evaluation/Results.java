package io.freshet.standalone.evaluation;

import io.freshet.standalone.evaluation.Findings.Comparison;
import io.freshet.standalone.evaluation.Findings.Subject;
import io.freshet.trainer.evaluation.Evaluation;
import io.freshet.trainer.evaluation.EvaluationJson;
import io.freshet.trainer.evaluation.Latency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What an examination found, in the forms that people and programs read. */
public final class Results {

    /** The page's file name; the JSON's is {@link EvaluationJson#FILE}. */
    public static final String PAGE = "evaluation.html";

    private final Findings findings;

    Results(Findings findings) {
        this.findings = findings;
    }

    /**
     * Writes JSON and page into a folder, which is made if it is not there.
     *
     * @throws IOException if they cannot be written
     */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        EvaluationJson.write(folder.resolve(EvaluationJson.FILE), findings.toJson());
        Files.writeString(folder.resolve(PAGE), Page.of(findings));
    }

    /** A short table for a terminal, the baseline in its last column if there is one. */
    public String summary() {
        List<String> lines = new ArrayList<>();
        lines.add(row("", Subject::name));
        lines.add(row(
                "accuracy (95% interval)",
                subject -> evaluation(subject).accuracy().toString()));
        lines.add(row("worst recall", subject -> Words.worstRecall(evaluation(subject))));
        lines.add(row(
                "calibration error",
                subject -> Words.points(evaluation(subject).calibration().expectedCalibrationError())));
        lines.add(row(
                "  at its temperature",
                subject -> evaluation(subject)
                        .scaled()
                        .map(scaled -> String.format(
                                Locale.ROOT,
                                "%s (T = %.2f)",
                                Words.points(scaled.calibration().expectedCalibrationError()),
                                scaled.temperature()))
                        .orElse("-")));
        lines.add(row(
                "accuracy, corrupted",
                subject -> subject.evaluation()
                        .robustness()
                        .map(robustness -> Words.percent(robustness.meanAccuracy()))
                        .orElse("-")));
        lines.add(row(
                "an image, median / p99",
                subject -> latency(
                        subject,
                        latency -> String.format(
                                Locale.ROOT, "%.2f / %.2f ms", latency.medianMillis(), latency.p99Millis()))));
        lines.add(row(
                "batches of " + Latency.BATCH,
                subject -> latency(
                        subject, latency -> String.format(Locale.ROOT, "%,.0f images/s", latency.imagesPerSecond()))));
        findings.comparison().map(this::compared).ifPresent(lines::add);
        return String.join("\n", lines);
    }

    private static Evaluation evaluation(Subject subject) {
        return subject.evaluation().evaluation();
    }

    private static String latency(Subject subject, Function<Latency, String> form) {
        return subject.evaluation().latency().map(form).orElse("-");
    }

    private String row(String name, Function<Subject, String> cell) {
        Optional<String> baseline = findings.baseline().map(cell);
        return String.format(Locale.ROOT, "%-26s%-36s%s", name, cell.apply(findings.model()), baseline.orElse(""))
                .stripTrailing();
    }

    private String compared(Comparison comparison) {
        return String.format(
                Locale.ROOT,
                "Only %1$s is right on %3$d images, only %2$s on %4$d: p = %5$.2g that %1$s is no better",
                findings.model().name(),
                findings.baseline().map(Subject::name).orElse(""),
                comparison.onlyModelRight(),
                comparison.onlyBaselineRight(),
                comparison.p());
    }
}
