package io.freshet.standalone.evaluation;

import io.freshet.standalone.evaluation.Charts.Mark;
import io.freshet.standalone.evaluation.Findings.Subject;
import io.freshet.standalone.evaluation.Findings.Traffic;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.Calibration;
import io.freshet.trainer.evaluation.Evaluation;
import io.freshet.trainer.evaluation.Neighbors;
import io.freshet.trainer.evaluation.Robustness;
import io.freshet.trainer.evaluation.Robustness.Corrupted;
import io.freshet.trainer.evaluation.corruption.Picture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The findings as one HTML page that loads nothing from elsewhere. */
final class Page {

    private static final int EXAMPLE = 34;

    private final Findings findings;
    private final Palette palette;

    private Page(Findings findings) {
        this.findings = findings;
        this.palette = new Palette(findings.classes().size());
    }

    static String of(Findings findings) {
        return new Page(findings).html();
    }

    private String html() {
        String title = "Evaluation of " + Words.escape(findings.model().name());
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>")
                .append("<meta name='viewport' content='width=device-width, initial-scale=1'>")
                .append("<meta name='color-scheme' content='light dark'><title>")
                .append(title)
                .append("</title><style>")
                .append(style())
                .append("</style></head><body><main><h1>")
                .append(title)
                .append("</h1><p class='quiet'>")
                .append(findings.at().truncatedTo(ChronoUnit.MINUTES))
                .append(", on the images in ")
                .append(Words.escape(findings.labeled()))
                .append("</p><ul class='summary'>");
        new Summary(findings)
                .sentences()
                .forEach(sentence -> html.append("<li>").append(sentence).append("</li>"));
        html.append("</ul>");
        section(html, "What is taken for what", ClassTables.confusion(findings.model()));
        section(html, "Classes", ClassTables.perClass(findings.model(), findings.baseline()));
        section(html, "Is its confidence the share that is right?", calibration());
        findings.model()
                .evaluation()
                .robustness()
                .ifPresent(robustness -> section(html, "When the camera wears", robustness(robustness)));
        if (!findings.model().map().isEmpty()) {
            section(html, "How the penultimate layer sees the images", maps());
        }
        section(html, "Labeled images", new Gallery(findings).labeled());
        Optional<Traffic> traffic = findings.traffic();
        traffic.ifPresent(seen -> section(html, "Unlabeled images", new Gallery(findings).unlabeled(seen)));
        return html.append("</main></body></html>\n").toString();
    }

    private static void section(StringBuilder html, String title, String content) {
        html.append("\n<section><h2>")
                .append(title)
                .append("</h2>")
                .append(content)
                .append("</section>");
    }

    private String calibration() {
        StringBuilder html = new StringBuilder(
                        "<p>The line on a bar is the share that is right among the images of one")
                .append(" confidence. On the dashed line it is what the model claims; the red part is the gap.</p>")
                .append("<div class='row'>");
        Evaluation evaluation = findings.model().evaluation().evaluation();
        panel(html, "As served", evaluation.calibration());
        evaluation
                .scaled()
                .ifPresent(scaled -> panel(
                        html,
                        String.format(Locale.ROOT, "With temperature %.2f", scaled.temperature()),
                        scaled.calibration()));
        return html.append("</div>").toString();
    }

    private static void panel(StringBuilder html, String title, Calibration calibration) {
        html.append("<figure><figcaption><b>")
                .append(title)
                .append("</b><br>calibration error ")
                .append(Words.points(calibration.expectedCalibrationError()))
                .append(String.format(
                        Locale.ROOT,
                        ", negative log-likelihood %.3f</figcaption>",
                        calibration.negativeLogLikelihood()))
                .append(Charts.reliability(calibration))
                .append("</figure>");
    }

    private String robustness(Robustness robustness) {
        Optional<Robustness> baseline =
                findings.baseline().flatMap(other -> other.evaluation().robustness());
        StringBuilder html = new StringBuilder("<p>The share that is right, over the severity of ten corruptions, on ")
                .append(robustness.images())
                .append(" of the images. Severity 0 is the image as it was; at 1 next to nothing could be seen.")
                .append(baseline.isPresent() ? legend() : "")
                .append("</p><div class='grid-of-curves'>");
        for (int i = 0; i < robustness.corruptions().size(); i++) {
            int index = i;
            Corrupted own = robustness.corruptions().get(i);
            html.append("<figure><figcaption><b>")
                    .append(Words.of(own.corruption()))
                    .append("</b>")
                    .append(own.relativeError()
                            .map(relative -> String.format(Locale.ROOT, ": %.2f &times; the errors", relative))
                            .orElse(""))
                    .append("</figcaption>")
                    .append(Charts.curve(
                            robustness,
                            own,
                            baseline,
                            baseline.map(other -> other.corruptions().get(index))))
                    .append(examples(own, robustness.severities()))
                    .append("</figure>");
        }
        return html.append("</div>").toString();
    }

    private String legend() {
        String other = Words.escape(findings.baseline().map(Subject::name).orElse(""));
        return " Beside the name: its errors at all severities, as a multiple of those of " + other
                + ". <span class='key model'></span> "
                + Words.escape(findings.model().name())
                + " <span class='key baseline'></span> " + other;
    }

    /** One image at each severity, so that a reader sees what they mean. */
    private String examples(Corrupted corrupted, List<Double> severities) {
        StringBuilder html = new StringBuilder("<div class='examples'>");
        Pictures pictures = new Pictures(findings.shape());
        Picture scene = Picture.of(
                findings.judged().images().get(surest()),
                findings.shape().height(),
                findings.shape().width(),
                findings.shape().channels());
        for (double severity : severities) {
            html.append(pictures.tag(
                    corrupted
                            .corruption()
                            .apply(scene, severity, new SplittableRandom(1))
                            .toBytes(),
                    EXAMPLE,
                    "severity " + severity));
        }
        return html.append("</div>").toString();
    }

    private int surest() {
        Answers answers = findings.model().answers();
        return IntStream.range(0, answers.images())
                .boxed()
                .max(Comparator.comparingDouble(answers::confidence))
                .orElseThrow();
    }

    private String maps() {
        StringBuilder html = new StringBuilder("<p>t-SNE of the penultimate layer for ")
                .append(findings.mapped().size())
                .append(
                        " of the images, one point each: near ones look alike to the model, and how far apart clusters lie")
                .append(" means little. A ring: the model takes the image for another class.</p><p class='legend'>");
        for (int label = 0; label < findings.classes().size(); label++) {
            html.append("<span><i style='background:")
                    .append(palette.of(label))
                    .append("'></i>")
                    .append(Words.escape(findings.classes().get(label)))
                    .append("</span>");
        }
        html.append("</p><div class='row'>");
        findings.baseline().ifPresent(baseline -> map(html, "Before: ", baseline));
        map(html, findings.baseline().isPresent() ? "After: " : "", findings.model());
        return html.append("</div>").toString();
    }

    private void map(StringBuilder html, String when, Subject subject) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < findings.mapped().size(); i++) {
            int image = findings.mapped().get(i);
            int label = findings.judged().label(image);
            boolean wrong = !subject.answers().isRight(image);
            String truth = findings.classes().get(label);
            String title = wrong
                    ? truth + ", taken for "
                            + findings.classes().get(subject.answers().label(image))
                    : truth;
            marks.add(new Mark(subject.map().get(i), palette.of(label), title, wrong));
        }
        html.append("<figure><figcaption><b>")
                .append(when)
                .append(Words.escape(subject.name()))
                .append("</b>")
                .append(subject.evaluation()
                        .neighborAgreement()
                        .map(agreement -> ": of an image's " + Neighbors.NEAREST + " nearest, "
                                + Words.percent(agreement) + " are of its class")
                        .orElse(""))
                .append("</figcaption>")
                .append(Charts.map(marks))
                .append("</figure>");
    }

    private static String style() {
        try (InputStream css = Page.class.getResourceAsStream("evaluation.css")) {
            if (css == null) {
                throw new IllegalStateException("The page's style is not on the class path");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
