package io.freshet.serving.feedback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of feedback. Thread safe. */
final class FeedbackMetrics {

    private final Counter labels;
    private final MeterRegistry registry;

    FeedbackMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.labels = Counter.builder("freshet.serving.feedback.labels")
                .description("Labels that clients brought later, and Kafka has")
                .baseUnit("labels")
                .register(registry);
    }

    void count(FeedbackResult result) {
        if (result instanceof FeedbackResult.Taken taken) {
            labels.increment(taken.labels());
        }
        Counter.builder("freshet.serving.feedback")
                .description("Requests that brought labels: taken, of an unknown request, refused, or not possible now")
                .tag("outcome", outcome(result))
                .register(registry)
                .increment();
    }

    private static String outcome(FeedbackResult result) {
        return switch (result) {
            case FeedbackResult.Taken taken -> "taken";
            case FeedbackResult.UnknownRequest unknown -> "unknown_request";
            case FeedbackResult.OtherCount other -> "refused";
            case FeedbackResult.UnknownClass unknown -> "refused";
            case FeedbackResult.ModelAway away -> "unavailable";
            case FeedbackResult.KafkaAway away -> "unavailable";
        };
    }
}
