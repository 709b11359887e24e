package io.freshet.serving.inference;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The meters of prediction requests. Thread safe. */
public final class RequestMetrics {

    private record Key(Api api, String outcome) {}

    /** Times that an objective may be stated for: of the histogram's own buckets none ends at a round number. */
    private static final Duration[] OBJECTIVES = {
        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofSeconds(1)
    };

    private final MeterRegistry registry;

    /** Found without a look-up of tags in the registry, for each request asks. */
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    public Timer.Sample start() {
        return Timer.start(registry);
    }

    /** @param status of HTTP, into which those of other protocols are put */
    public void stop(Timer.Sample sample, Api api, int status) {
        sample.stop(timers.computeIfAbsent(new Key(api, outcome(status)), this::timer));
    }

    private Timer timer(Key key) {
        return Timer.builder("freshet.serving.requests")
                .description("Prediction requests, from their first byte until their answer is handed to the network")
                .tag("api", key.api().tag())
                .tag("outcome", key.outcome())
                .publishPercentileHistogram()
                .serviceLevelObjectives(OBJECTIVES)
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
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
