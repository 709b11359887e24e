package io.freshet.standalone.evaluation;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.freshet.standalone.evaluation.Findings.Point;
import io.freshet.trainer.evaluation.Calibration;
import io.freshet.trainer.evaluation.Calibration.ReliabilityBin;
import io.freshet.trainer.evaluation.Robustness;
import io.freshet.trainer.evaluation.Robustness.Corrupted;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Pictures as SVG, whose colours are the page's, so that they are readable on light and on dark. */
final class Charts {

    private static final int SIDE = 300;
    private static final int LEFT = 46;
    private static final int FOOT = 86;
    private static final int HISTOGRAM = 34;
    private static final int CURVE_WIDTH = 190;
    private static final int CURVE_HEIGHT = 110;
    private static final int MAP_SIDE = 460;

    private Charts() {}

    /** Accuracy over confidence, with the share of the images beneath (Guo et al., 1706.04599, figure 1). */
    static String reliability(Calibration calibration) {
        StringBuilder svg = open(LEFT + SIDE + 24, SIDE + FOOT + 10, "Reliability diagram");
        double all = calibration.reliability().stream()
                .mapToInt(ReliabilityBin::images)
                .sum();
        for (int tenth = 0; tenth <= 10; tenth += 2) {
            double y = SIDE - SIDE * tenth / 10.0 + 5;
            add(svg, "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, LEFT + SIDE, y, y);
            add(svg, "<text class='tick' x='%d' y='%.1f' text-anchor='end'>%d%%</text>", LEFT - 6, y + 4, 10 * tenth);
            double x = LEFT + SIDE * tenth / 10.0;
            add(
                    svg,
                    "<text class='tick' x='%.1f' y='%d' text-anchor='middle'>%d%%</text>",
                    x,
                    SIDE + HISTOGRAM + 30,
                    10 * tenth);
        }
        for (ReliabilityBin bin : calibration.reliability()) {
            if (bin.images() > 0) {
                addBin(svg, bin, all);
            }
        }
        add(svg, "<line class='ideal' x1='%d' x2='%d' y1='%d' y2='5'/>", LEFT, LEFT + SIDE, SIDE + 5);
        add(svg, "<line class='axis' x1='%d' x2='%d' y1='%d' y2='%d'/>", LEFT, LEFT + SIDE, SIDE + 5, SIDE + 5);
        add(
                svg,
                "<text class='tick' x='%d' y='%d' text-anchor='middle'>confidence, and beneath the bars the share of the"
                        + " images</text>",
                LEFT + SIDE / 2,
                SIDE + HISTOGRAM + 50);
        return svg.append("</svg>").toString();
    }

    private static void addBin(StringBuilder svg, ReliabilityBin bin, double all) {
        double x = LEFT + SIDE * bin.low() + 1;
        double width = SIDE * (bin.high() - bin.low()) - 2;
        double accuracy = bin.accuracy().orElseThrow();
        double confidence = bin.confidence().orElseThrow();
        add(
                svg,
                "<g><title>%d images, confidence %s, right %s</title>",
                bin.images(),
                Words.percent(confidence),
                Words.percent(accuracy));
        add(
                svg,
                "<rect class='bar' x='%.1f' y='%.1f' width='%.1f' height='%.1f'/>",
                x,
                SIDE - SIDE * Math.min(accuracy, confidence) + 5,
                width,
                SIDE * Math.min(accuracy, confidence));
        add(
                svg,
                "<rect class='gap' x='%.1f' y='%.1f' width='%.1f' height='%.1f'/>",
                x,
                SIDE - SIDE * Math.max(accuracy, confidence) + 5,
                width,
                SIDE * Math.abs(accuracy - confidence));
        add(
                svg,
                "<line class='share' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>",
                x,
                x + width,
                SIDE - SIDE * accuracy + 5,
                SIDE - SIDE * accuracy + 5);
        add(
                svg,
                "<rect class='count' x='%.1f' y='%d' width='%.1f' height='%.1f'/></g>",
                x,
                SIDE + 9,
                width,
                Math.max(HISTOGRAM * bin.images() / all, .5));
    }

    /** Accuracy over severity, of the model and under it of the baseline. */
    static String curve(
            Robustness robustness, Corrupted own, Optional<Robustness> baseline, Optional<Corrupted> other) {
        StringBuilder svg = open(CURVE_WIDTH + 44, CURVE_HEIGHT + 26, "Accuracy under " + Words.of(own.corruption()));
        for (int half = 0; half <= 2; half++) {
            double y = 6 + CURVE_HEIGHT * (1 - half / 2.0);
            add(svg, "<line class='grid' x1='38' x2='%d' y1='%.1f' y2='%.1f'/>", 38 + CURVE_WIDTH, y, y);
            add(svg, "<text class='tick' x='33' y='%.1f' text-anchor='end'>%d%%</text>", y + 4, 50 * half);
        }
        List<Double> severities = robustness.severities();
        for (double severity : severities) {
            add(
                    svg,
                    "<text class='tick' x='%.1f' y='%d' text-anchor='middle'>%s</text>",
                    x(severity, severities),
                    CURVE_HEIGHT + 22,
                    String.format(Locale.ROOT, "%.2f", severity).replaceFirst("^0(\\.\\d+?)0*$", "$1"));
        }
        if (baseline.isPresent() && other.isPresent()) {
            line(svg, "baseline", baseline.get().clean(), other.get().accuracies(), severities);
        }
        line(svg, "model", robustness.clean(), own.accuracies(), severities);
        return svg.append("</svg>").toString();
    }

    private static void line(
            StringBuilder svg, String style, double clean, List<Double> accuracies, List<Double> severities) {
        StringBuilder points = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        for (int i = -1; i < accuracies.size(); i++) {
            double severity = i < 0 ? 0 : severities.get(i);
            double accuracy = i < 0 ? clean : accuracies.get(i);
            double x = x(severity, severities);
            double y = 6 + CURVE_HEIGHT * (1 - accuracy);
            add(points, "%.1f,%.1f ", x, y);
            add(
                    dots,
                    "<circle class='%s' cx='%.1f' cy='%.1f' r='2.6'><title>severity %.2f: %s right</title></circle>",
                    style,
                    x,
                    y,
                    severity,
                    Words.percent(accuracy));
        }
        add(
                svg,
                "<polyline class='%s' points='%s'/>%s",
                style,
                points.toString().strip(),
                dots);
    }

    private static double x(double severity, List<Double> severities) {
        return 38 + CURVE_WIDTH * severity / severities.getLast();
    }

    /**
     * A point on a map.
     *
     * @param colour of its class
     * @param wrong whether the model takes the image for another class: these get a ring
     */
    record Mark(Point at, String colour, String title, boolean wrong) {}

    /** Points on a plane. */
    static String map(List<Mark> marks) {
        double reach = 1e-9;
        for (Mark mark : marks) {
            reach = Math.max(
                    reach, Math.max(Math.abs(mark.at().x()), Math.abs(mark.at().y())));
        }
        StringBuilder svg = open(MAP_SIDE, MAP_SIDE, "Map of the penultimate layer");
        for (Mark mark : marks) {
            add(
                    svg,
                    "<circle class='point%s' cx='%.1f' cy='%.1f' r='3' fill='%s'><title>%s</title></circle>",
                    mark.wrong() ? " wrong" : "",
                    MAP_SIDE / 2.0 + mark.at().x() / reach * (MAP_SIDE / 2.0 - 8),
                    MAP_SIDE / 2.0 + mark.at().y() / reach * (MAP_SIDE / 2.0 - 8),
                    mark.colour(),
                    Words.escape(mark.title()));
        }
        return svg.append("</svg>").toString();
    }

    private static StringBuilder open(int width, int height, String title) {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg viewBox='0 0 %d %d' style='max-width:%dpx' role='img' aria-label='%s'>",
                width,
                height,
                width,
                Words.escape(title));
        return svg;
    }

    @FormatMethod
    private static void add(StringBuilder svg, @FormatString String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
