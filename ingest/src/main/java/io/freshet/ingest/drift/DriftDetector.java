package io.freshet.ingest.drift;

import io.freshet.protocol.Prediction;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
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
    Judgement judge(Watch watch, List<Prediction> reference, List<Prediction> window, Instant now) {
        Comparison comparison = compare(reference, window, watch.sketchLength());
        Watch judged = watch.judged(comparison.isDrifting());
        boolean alarm = judged.callsForAlarm(config, now);
        return new Judgement(alarm ? judged.alarmed(now) : judged, comparison, alarm);
    }

    private Comparison compare(List<Prediction> reference, List<Prediction> window, int sketchLength) {
        int statistics = 2 + sketchLength; // of the confidence and of the classes
        return new Comparison(
                Watched.of(window.getFirst().model()),
                compare(reference, window, statistics, Prediction::confidence),
                ClassShares.compare(classes(reference), classes(window), statistics),
                IntStream.range(0, sketchLength)
                        .mapToObj(i -> compare(
                                reference,
                                window,
                                statistics,
                                observed -> observed.embeddingSketch().get(i)))
                        .toList(),
                config.level());
    }

    /** Observations of earlier releases have none. */
    private static List<String> classes(List<Prediction> observations) {
        return observations.stream()
                .map(Prediction::label)
                .filter(label -> !label.isEmpty())
                .toList();
    }

    private static Comparison.Statistic compare(
            List<Prediction> reference, List<Prediction> window, int statistics, ToDoubleFunction<Prediction> value) {
        var result = KolmogorovSmirnovTest.withDefaults()
                .test(
                        reference.stream().mapToDouble(value).toArray(),
                        window.stream().mapToDouble(value).toArray());
        return new Comparison.Statistic(result.getStatistic(), Math.min(1, result.getPValue() * statistics));
    }
}
