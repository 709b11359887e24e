package io.freshet.trainer.evaluation;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Locale;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * The share of images that a model gets right, with its interval (Wilson, 1927).
 *
 * @param low lower end of the 95% interval
 * @param high upper end of the 95% interval
 */
@JsonPropertyOrder({"right", "images", "share", "low", "high"})
public record Accuracy(int right, int images, double share, double low, double high) {

    private static final double ALPHA = .05;

    /** @param images one or more */
    public static Accuracy of(int right, int images) {
        Interval interval = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(images, right, ALPHA);
        return new Accuracy(right, images, (double) right / images, interval.getLowerBound(), interval.getUpperBound());
    }

    /** As in {@code 85.8% (83.4 to 87.9, n = 1000)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f%% (%.1f to %.1f, n = %d)", 100 * share, 100 * low, 100 * high, images);
    }
}
