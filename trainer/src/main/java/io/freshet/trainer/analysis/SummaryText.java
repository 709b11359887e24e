package io.freshet.trainer.analysis;

import com.google.errorprone.annotations.FormatMethod;
import io.freshet.trainer.analysis.AnalysisSummary.FarImage;
import io.freshet.trainer.analysis.AnalysisSummary.NamedImage;
import io.freshet.trainer.analysis.AnalysisSummary.SuspectedLabel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A summary as Markdown. */
final class SummaryText {

    private static final int ID_DIGITS = 12;

    private final StringBuilder text = new StringBuilder();

    private SummaryText() {}

    static String of(AnalysisSummary summary) {
        SummaryText text = new SummaryText();
        text.overview(summary);
        text.classes(summary);
        text.suspectedLabels(summary);
        text.strangers(summary);
        text.copies(summary);
        return text.text.toString();
    }

    private void overview(AnalysisSummary summary) {
        line("# Analysis");
        line("");
        line("| | to learn from | anchor | unlabeled |");
        line("|---|---|---|---|");
        row("images", summary.images());
        row("suspected labels", summary.suspectedLabels());
        row("out of distribution", summary.outOfDistribution());
        line("");
        line(
                "Of the unlabeled images a round would learn from %d; the model is sure of its answer by %.2f on average."
                        + " %d images are copies of another (%d groups).",
                summary.kept(), summary.meanConfidence(), summary.copies(), summary.duplicateGroups());
        line("");
    }

    private void row(String name, Map<String, Integer> counts) {
        line("| %s | %s |", name, counts.values().stream().map(String::valueOf).collect(Collectors.joining(" | ")));
    }

    private void classes(AnalysisSummary summary) {
        line("## Classes");
        line("");
        line("| class | labels | | pseudo-labels | |");
        line("|---|---|---|---|---|");
        int labels = sum(summary.labels());
        int pseudoLabels = sum(summary.pseudoLabels());
        for (String name : summary.classes()) {
            int labeled = summary.labels().getOrDefault(name, 0);
            int taken = summary.pseudoLabels().getOrDefault(name, 0);
            line(
                    "| %s | %d | %s | %d | %s |",
                    name, labeled, share(labeled, labels), taken, share(taken, pseudoLabels));
        }
        line("");
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static String share(int count, int of) {
        return of == 0 ? "" : String.format(Locale.ROOT, "%.1f%%", 100.0 * count / of);
    }

    private void suspectedLabels(AnalysisSummary summary) {
        line("## Suspected labels, the worst first");
        line("");
        line(
                "An image's nearest labeled images, of other folds and no copies of it, speak for another class (confident"
                        + " learning). Many of these labels are right and the image is a hard one: look before you change one.");
        line("");
        if (summary.worstLabels().isEmpty()) {
            line("None.");
        } else {
            line("| image | labeled | suggested | margin |");
            line("|---|---|---|---|");
            for (SuspectedLabel worst : summary.worstLabels()) {
                line("| %s | %s | %s | %.2f |", name(worst.image()), worst.label(), worst.suggested(), worst.margin());
            }
        }
        line("");
    }

    private void strangers(AnalysisSummary summary) {
        line("## Unlabeled images out of distribution, the furthest first");
        line("");
        double left = 100 * (1 - summary.configuration().inDistribution());
        line(
                "Further from the labeled images than nearly all of the anchor, by the model's embedding (beyond %.3f) or by"
                        + " a small picture (beyond %.3f). Of ordinary images up to %.0f%% are listed by mistake.",
                summary.threshold(), summary.pictureThreshold(), left);
        line("");
        if (summary.furthest().isEmpty()) {
            line("None.");
        } else {
            line("| image | by embedding | by picture | taken for | confidence |");
            line("|---|---|---|---|---|");
            for (FarImage far : summary.furthest()) {
                line(
                        "| %s | %.3f | %.3f | %s | %.2f |",
                        name(far.image()), far.distance(), far.pictureDistance(), far.takenFor(), far.confidence());
            }
        }
        line("");
    }

    private void copies(AnalysisSummary summary) {
        line("## Copies, the largest groups first");
        line("");
        if (summary.largestGroups().isEmpty()) {
            line("None.");
        }
        for (List<NamedImage> group : summary.largestGroups()) {
            line(
                    "- %s",
                    group.stream()
                            .map(image -> name(image) + " (" + image.split() + ")")
                            .collect(Collectors.joining(", ")));
        }
    }

    private static String name(NamedImage image) {
        return image.name().isEmpty() ? image.id().substring(0, ID_DIGITS) : image.name();
    }

    @FormatMethod
    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
