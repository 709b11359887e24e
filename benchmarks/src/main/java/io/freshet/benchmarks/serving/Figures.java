package io.freshet.benchmarks.serving;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run showed. One line of text carries it from process to process.
 *
 * @param perSecond answers
 * @param p50 latency, in microseconds
 * @param p99 latency, in microseconds
 * @param failed requests
 * @param clientCpu CPU seconds for each second of the run, of the process that asked
 */
record Figures(double perSecond, double p50, double p99, long failed, double clientCpu) {

    private static final String MARK = "FIGURES ";

    /** @param micros latencies, sorted here */
    static Figures of(long[] micros, long failed, Duration time, double clientCpuSeconds) {
        Arrays.sort(micros);
        double seconds = time.toNanos() / 1e9;
        return new Figures(
                micros.length / seconds,
                percentile(micros, .5),
                percentile(micros, .99),
                failed,
                clientCpuSeconds / seconds);
    }

    /** @param sorted not empty */
    private static double percentile(long[] sorted, double share) {
        if (sorted.length == 0) {
            throw new IllegalStateException("No request was answered");
        }
        return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }

    /** Where each answer stands for so many images. */
    Figures times(int images) {
        return new Figures(perSecond * images, p50, p99, failed, clientCpu);
    }

    /** The same, but for what another has counted. */
    Figures failed(long requests) {
        return new Figures(perSecond, p50, p99, requests, clientCpu);
    }

    String toLine() {
        return MARK
                + String.format(
                        Locale.ROOT,
                        "perSecond=%f p50=%f p99=%f failed=%d clientCpu=%f",
                        perSecond,
                        p50,
                        p99,
                        failed,
                        clientCpu);
    }

    /** Finds the line among those that a process printed. */
    static Figures parse(List<String> lines) {
        String line = lines.stream()
                .filter(text -> text.startsWith(MARK))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The process printed no figures: " + lines));
        Map<String, Double> values = Stream.of(line.substring(MARK.length()).split(" ", -1))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(field -> field[0], field -> Double.valueOf(field[1])));
        return new Figures(
                values.getOrDefault("perSecond", 0.),
                values.getOrDefault("p50", 0.),
                values.getOrDefault("p99", 0.),
                values.getOrDefault("failed", 0.).longValue(),
                values.getOrDefault("clientCpu", 0.));
    }
}
