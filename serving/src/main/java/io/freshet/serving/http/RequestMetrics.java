package io.freshet.serving.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The meters of prediction requests. Thread safe. */
final class RequestMetrics {

    private final MeterRegistry registry;

    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    Timer.Sample start() {
        return Timer.start(registry);
    }

    void stop(Timer.Sample sample, Api api, int status) {
        sample.stop(Timer.builder("freshet.serving.requests")
                .description("Prediction requests, from their first byte until their answer is handed to the network")
                .tag("api", api.tag())
                .tag("outcome", outcome(status))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry));
    }

    private static String outcome(int status) {
        if (status < 400) {
            return "ok";
        }
        return switch (status) {
            case 429 -> "overloaded";
            case 503 -> "unavailable";
            default -> status < 500 ? "client_error" : "error";
        };
    }
}
