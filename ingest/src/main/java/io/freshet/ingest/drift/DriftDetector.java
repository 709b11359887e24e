package io.freshet.ingest.drift;

import java.time.Instant;
import java.util.stream.IntStream;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;

/**
 * Judges a full window: whether it comes from the distribution of the reference, by the two-sample Kolmogorov-Smirnov
 * test of each number and a chi-squared test of the predicted classes, with Bonferroni's correction, and whether that is worth an alarm. Pure; thread safe.
 */
final class DriftDetector {

    /** @param alarm whether somebody is to be told */
    record Judgement(Watch watch, Comparison comparison, boolean alarm) {}

    private final DriftConfig config;

    DriftDetector(DriftConfig config) {
        this.config = config;
    }

    /** @param watch whose window is full; all observations have sketches of its length */
    Judgement judge(Watch watch, ObservationSketch reference, ObservationSketch window, Instant now) {
        Comparison comparison = compare(reference, window, watch.sketchLength());
        Watch judged = watch.judged(comparison.isDrifting());
        boolean alarm = judged.callsForAlarm(config, now);
        return new Judgement(alarm ? judged.alarmed(now) : judged, comparison, alarm);
    }

    private Comparison compare(ObservationSketch reference, ObservationSketch window, int sketchLength) {
        int statistics = 2 + sketchLength; // of the confidence and of the classes
        return new Comparison(
                Watched.of(window.model()),
                compare(reference.confidence(), window.confidence(), statistics),
                ClassShares.compare(reference.classes(), window.classes(), statistics),
                IntStream.range(0, sketchLength)
                        .mapToObj(i -> compare(reference.embedding(i), window.embedding(i), statistics))
                        .toList(),
                config.level());
    }

    private static Comparison.Statistic compare(QuantileSketch reference, QuantileSketch window, int statistics) {
        var result = KolmogorovSmirnovTest.withDefaults().test(reference.values(), window.values());
        return new Comparison.Statistic(result.getStatistic(), Math.min(1, result.getPValue() * statistics));
    }
}
