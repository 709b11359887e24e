package io.freshet.standalone.demo;

import io.freshet.protocol.ModelVersion;
import io.freshet.standalone.demo.TrafficClient.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model going into service, as the client saw it.
 *
 * @param announced when the trainer announced it
 * @param answered when the first of its answers was due
 */
record Swap(ModelVersion model, Instant announced, Instant answered) {

    private static final Duration AROUND = Duration.ofSeconds(10);
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    /** The swap to an announced model, if it has answered. */
    static Optional<Swap> of(ModelVersion model, Instant announced, List<Answer> answers) {
        return answers.stream()
                .filter(answer -> answer.version() == model.version())
                .map(Answer::due)
                .min(Instant::compareTo)
                .map(first -> new Swap(model, announced, first));
    }

    /** Latencies of the ten seconds before the announcement. */
    String before(List<Answer> answers) {
        return latencies(answers, announced.minus(AROUND), announced);
    }

    /** Latencies from the announcement until a second after the first answer. */
    String during(List<Answer> answers) {
        return latencies(answers, announced, answered.plus(AFTERWARDS));
    }

    /** Latencies of the ten seconds after that. */
    String after(List<Answer> answers) {
        Instant from = answered.plus(AFTERWARDS);
        return latencies(answers, from, from.plus(AROUND));
    }

    private static String latencies(List<Answer> answers, Instant from, Instant to) {
        double[] millis = answers.stream()
                .filter(answer -> !answer.due().isBefore(from) && answer.due().isBefore(to))
                .mapToDouble(answer -> answer.latency().toNanos() / 1e6)
                .sorted()
                .toArray();
        if (millis.length == 0) {
            return "no requests";
        }
        return String.format(
                Locale.ROOT,
                "%.0f / %.0f / %.0f ms",
                quantile(millis, .5),
                quantile(millis, .99),
                millis[millis.length - 1]);
    }

    /** @param sorted at least one, ascending */
    static double quantile(double[] sorted, double q) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    }
}
