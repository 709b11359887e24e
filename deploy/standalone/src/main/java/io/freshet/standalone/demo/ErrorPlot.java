package io.freshet.standalone.demo;

import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.Trigger;
import io.freshet.standalone.demo.People.Verdict;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws live error over time, with the change, the alarm and the swaps. */
final class ErrorPlot {

    private static final int WINDOW = 100;
    private static final int FEWEST = 30;
    private static final int WIDTH = 1_100;
    private static final int HEIGHT = 520;
    private static final int CHARACTER = 7; // pixels

    private static final Color CURVE = new Color(0x1F618D);
    private static final Color BAND = new Color(0xBFC9CA);
    private static final Color CHANGE = new Color(0xB03A2E);
    private static final Color ALARM = new Color(0xCA6F1E);
    private static final Color SWAP = new Color(0x1E8449);

    private ErrorPlot() {}

    /**
     * Draws a PNG.
     *
     * @throws IOException if it cannot be written
     */
    static void write(Report report, Path file) throws IOException {
        List<Verdict> verdicts = report.verdicts().stream()
                .sorted(Comparator.comparing(Verdict::observedAt))
                .toList();
        if (verdicts.size() < FEWEST) {
            return;
        }
        Instant start = verdicts.getFirst().observedAt();
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Live error on the audit sample")
                .xAxisTitle("seconds since the first request")
                .yAxisTitle("% of the last " + WINDOW + " audit images that were served a wrong class")
                .build();
        style(chart);
        double top = addCurve(chart, verdicts, start);
        double span = seconds(start, verdicts.getLast().observedAt());
        if (report.options().shift()) {
            mark(chart, seconds(start, report.change()), span, top, .96 * top, "the world changes", CHANGE);
        }
        int alarms = 0;
        for (RoundMessage message : report.messages()) {
            if (message instanceof RoundMessage.Request request && request.trigger() == Trigger.DRIFT) {
                String label = ++alarms == 1 ? "drift alarm" : "drift alarm " + alarms;
                mark(chart, seconds(start, request.at()), span, top, .91 * top, label, ALARM);
            }
        }
        for (Swap swap : report.swaps()) {
            String label = "version " + swap.model().version() + " serves";
            mark(chart, seconds(start, swap.answered()), span, top, .86 * top, label, SWAP);
        }
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
    }

    private static void style(XYChart chart) {
        Styler styler = chart.getStyler();
        styler.setLegendVisible(false);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
        chart.getStyler().setMarkerSize(0);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setDecimalPattern("#");
    }

    /** The share of errors among the last verdicts, with its interval around it; returns the height of the plot. */
    private static double addCurve(XYChart chart, List<Verdict> verdicts, Instant start) {
        List<Double> seconds = new ArrayList<>();
        List<Double> error = new ArrayList<>();
        List<Double> low = new ArrayList<>();
        List<Double> high = new ArrayList<>();
        double top = 0;
        for (int i = FEWEST; i <= verdicts.size(); i++) {
            Proportion recent = Report.error(verdicts.subList(Math.max(0, i - WINDOW), i), verdict -> true);
            seconds.add(seconds(start, verdicts.get(i - 1).observedAt()));
            error.add(100 * recent.share());
            low.add(100 * recent.low());
            high.add(100 * recent.high());
            top = Math.max(top, 100 * recent.high());
        }
        chart.addSeries("low", seconds, low)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(BAND)
                .setLineWidth(1);
        chart.addSeries("high", seconds, high)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(BAND)
                .setLineWidth(1);
        chart.addSeries("error", seconds, error)
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(CURVE)
                .setLineWidth(2.5f);
        double height = Math.min(100, Math.ceil(top / 10 + 1) * 10);
        chart.getStyler().setYAxisMax(height);
        return height;
    }

    /** A line from bottom to top, and beside it its name; XChart's own lines all have one colour. */
    private static void mark(
            XYChart chart, double x, double span, double top, double height, String label, Color colour) {
        chart.addSeries(label, List.of(x, x), List.of(0.0, top))
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(colour)
                .setLineStyle(SeriesLines.DASH_DASH)
                .setLineWidth(1.5f);
        double middle = (label.length() * CHARACTER / 2.0 + CHARACTER) * span / WIDTH;
        boolean roomToTheRight = x + 2 * middle < span;
        chart.addAnnotation(new AnnotationText(label, roomToTheRight ? x + middle : x - middle, height, false));
    }

    private static double seconds(Instant start, Instant at) {
        return Duration.between(start, at).toMillis() / 1e3;
    }
}
