package io.freshet.serving.feedback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The meters of feedback. Thread safe. */
final class FeedbackMetrics {

    private static final String TAKEN = "taken";
    private static final String UNKNOWN_REQUEST = "unknown_request";
    private static final String REFUSED = "refused";
    private static final String UNAVAILABLE = "unavailable";

    private final Counter labels;
    private final Map<String, Counter> requests;

    FeedbackMetrics(MeterRegistry registry) {
        this.labels = Counter.builder("freshet.serving.feedback.labels")
                .description("Labels that clients brought later, and Kafka has")
                .baseUnit("labels")
                .register(registry);
        this.requests = Stream.of(TAKEN, UNKNOWN_REQUEST, REFUSED, UNAVAILABLE)
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        outcome -> Counter.builder("freshet.serving.feedback")
                                .description(
                                        "Requests that brought labels: taken, of an unknown request, refused, or not"
                                                + " possible now")
                                .baseUnit("requests")
                                .tag("outcome", outcome)
                                .register(registry)));
    }

    void count(FeedbackResult result) {
        if (result instanceof FeedbackResult.Taken taken) {
            labels.increment(taken.labels());
        }
        Objects.requireNonNull(requests.get(outcome(result))).increment();
    }

    private static String outcome(FeedbackResult result) {
        return switch (result) {
            case FeedbackResult.Taken taken -> TAKEN;
            case FeedbackResult.UnknownRequest unknown -> UNKNOWN_REQUEST;
            case FeedbackResult.OtherCount other -> REFUSED;
            case FeedbackResult.UnknownClass unknown -> REFUSED;
            case FeedbackResult.ModelAway away -> UNAVAILABLE;
            case FeedbackResult.KafkaAway away -> UNAVAILABLE;
        };
    }
}
