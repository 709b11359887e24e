package io.freshet.standalone.cli;

import com.google.errorprone.annotations.FormatMethod;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Score;
import java.util.Locale;

/** Steps of a round in words. */
public final class Steps {

    private Steps() {}

    public static String describe(RoundStep step) {
        return switch (step) {
            case RoundStep.Snapshotted s ->
                text(
                        "Begun (%s: %s), from %d offsets of unlabeled images",
                        s.trigger().name().toLowerCase(Locale.ROOT),
                        s.detail(),
                        s.unlabeled().stream().mapToLong(OffsetRange::length).sum());
            case RoundStep.Labelled l ->
                text(
                        "Labelled: %d of %d unlabeled images kept, mean confidence %.2f; %d images labeled by people",
                        l.kept(), l.unlabeledImages(), l.meanConfidence(), l.labeledImages());
            case RoundStep.Trained t ->
                text(
                        "Trained: %d steps, the candidates in %.0f s, the control in %.0f s%s",
                        t.steps(),
                        t.studentSeconds(),
                        t.controlSeconds(),
                        t.choice().map(choice -> "; " + choice.reason()).orElse(""));
            case RoundStep.Evaluated e ->
                text(
                        "Evaluated: student %s%s%s, p = %.2g",
                        score(e.student()),
                        e.champion().map(s -> "; in service " + score(s)).orElse(""),
                        e.control().map(s -> "; control " + score(s)).orElse(""),
                        e.pValue());
            case RoundStep.Promoted p -> "Promoted: " + p.model() + " goes into service";
            case RoundStep.Held h -> "Held: " + String.join("; ", h.reasons());
            case RoundStep.Failed f -> "Failed: " + f.reason();
        };
    }

    private static String score(Score score) {
        return score.auditImages() == 0
                ? text("%.1f%% wrong on the anchor", 100 * score.anchorError())
                : text(
                        "%.1f%% wrong on the audit sample, %.1f%% on the anchor",
                        100 * score.auditError(), 100 * score.anchorError());
    }

    @FormatMethod
    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
