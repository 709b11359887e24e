package io.freshet.standalone.evaluation;

import io.freshet.trainer.evaluation.ClassScore;
import io.freshet.trainer.evaluation.Evaluation;
import io.freshet.trainer.evaluation.corruption.Corruption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** How figures and names are put. */
final class Words {

    private Words() {}

    static String of(Corruption corruption) {
        return switch (corruption) {
            case JPEG -> "JPEG";
            case BLUR, MOTION, SENSOR_NOISE, STUCK_PIXELS, GAMMA, UNEVEN_LIGHT, TINTED_HAZE, PIXELATION, SCRATCHES ->
                corruption.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    static String percent(Optional<Double> share) {
        return share.map(Words::percent).orElse("–");
    }

    static String points(double share) {
        return String.format(Locale.ROOT, "%.1f points", 100 * share);
    }

    /** The class that a model finds least of. */
    static Optional<ClassScore> worst(Evaluation evaluation) {
        return evaluation.perClass().stream()
                .filter(score -> score.recall().isPresent())
                .min(Comparator.comparingDouble(score -> score.recall().orElseThrow()));
    }

    static String worstRecall(Evaluation evaluation) {
        return worst(evaluation)
                .map(score -> percent(score.recall()) + " of " + score.name())
                .orElse("-");
    }

    /** Text as HTML has it, in elements and in attributes. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
