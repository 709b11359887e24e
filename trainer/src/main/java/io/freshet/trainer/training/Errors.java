package io.freshet.trainer.training;

import java.util.Locale;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/** So many wrong of so many images. */
public record Errors(int wrong, int of) {

    private static final double LEVEL = .05;

    /** In 0 to 1; NaN if there are no images. */
    public double share() {
        return (double) wrong / of;
    }

    /** As in {@code 14.2% (12.1 to 16.6, n = 1000)}, with Wilson's 95% interval. */
    public String describe() {
        if (of == 0) {
            return "no images";
        }
        Interval interval = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(of, wrong, LEVEL);
        return String.format(
                Locale.ROOT,
                "%.1f%% (%.1f to %.1f, n = %d)",
                100 * share(),
                100 * interval.getLowerBound(),
                100 * interval.getUpperBound(),
                of);
    }
}
