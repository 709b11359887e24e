package io.freshet.serving.rollout;

import io.freshet.serving.batch.ImageScores;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What one version did in a stage. Thread safe. */
final class Gathered {

    private static final int DIGITS = 2;

    private final double lowConfidence;
    private final Histogram nanos = new Histogram(DIGITS);
    private final Map<Integer, Long> byClass = new HashMap<>();
    private long requests;
    private long failures;
    private long images;
    private long unsure;

    Gathered(double lowConfidence) {
        this.lowConfidence = lowConfidence;
    }

    synchronized void answered(List<ImageScores> scores, Duration time) {
        requests++;
        nanos.recordValue(Math.max(0, time.toNanos()));
        for (ImageScores image : scores) {
            images++;
            byClass.merge(image.label(), 1L, Long::sum);
            if (image.confidence() < lowConfidence) {
                unsure++;
            }
        }
    }

    synchronized void failed() {
        failures++;
    }

    synchronized Measured.Side side() {
        return new Measured.Side(
                requests,
                failures,
                images,
                unsure,
                byClass.values().stream().mapToLong(Long::longValue).max().orElse(0),
                Duration.ofNanos(requests == 0 ? 0 : nanos.getValueAtPercentile(50)));
    }
}
