package io.freshet.standalone.training;

import io.freshet.trainer.training.Waterfall;
import io.freshet.trainer.training.Waterfall.Part;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws what each part of training took off the error. */
public final class WaterfallPlot {

    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 520;

    private static final Color LEFT = new Color(0x1F618D);
    private static final Color TAKEN_OFF = new Color(0xA9DFBF);
    private static final Color ADDED = new Color(0xB03A2E);

    private WaterfallPlot() {}

    /**
     * Draws a PNG.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Waterfall waterfall, Path file) throws IOException {
        List<String> names = new ArrayList<>();
        List<Double> left = new ArrayList<>();
        List<Double> takenOff = new ArrayList<>();
        List<Double> added = new ArrayList<>();
        List<Part> parts = waterfall.parts();
        double top = 0;
        for (int i = 0; i < parts.size(); i++) {
            double now = 100 * parts.get(i).errors().share();
            double off = 100 * waterfall.takenOff(i);
            names.add(parts.get(i).name());
            left.add(now - Math.max(0, -off));
            takenOff.add(Math.max(0, off));
            added.add(Math.max(0, -off));
            top = Math.max(top, Math.max(now, now + off));
        }
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("What each part took off the error")
                .yAxisTitle("% wrong of " + waterfall.sample())
                .build();
        chart.getStyler().setStacked(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setPlotBackgroundColor(Color.WHITE);
        chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
        chart.getStyler().setAvailableSpaceFill(.6);
        chart.getStyler().setYAxisMin(0.0);
        double height = Math.ceil(1.12 * top / 5) * 5;
        chart.getStyler().setYAxisMax(height);
        chart.getStyler().setDecimalPattern("#");
        chart.addSeries("is left", names, left).setFillColor(LEFT);
        chart.addSeries("taken off", names, takenOff).setFillColor(TAKEN_OFF);
        if (added.stream().anyMatch(share -> share > 0)) {
            chart.addSeries("added", names, added).setFillColor(ADDED);
        }
        for (int i = 0; i < parts.size(); i++) {
            String label = String.format(
                    Locale.ROOT, "%.1f%%", 100 * parts.get(i).errors().share());
            if (i > 0) {
                label += String.format(Locale.ROOT, " (%+.1f)", -100 * waterfall.takenOff(i));
            }
            double over = left.get(i) + takenOff.get(i) + added.get(i) + .03 * height;
            chart.addAnnotation(new AnnotationText(label, i + .5, over, false));
        }
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        chart.paint(graphics, WIDTH, HEIGHT);
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
    }
}
