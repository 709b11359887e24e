package io.freshet.serving.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** The meters of predictions from Kafka to Kafka. Thread safe. */
final class StreamMetrics {

    private final Counter ok;
    private final Counter refused;
    private final Counter failed;
    private final Counter restarts;

    StreamMetrics(MeterRegistry registry) {
        this.ok = images(registry, "ok");
        this.refused = images(registry, "client_error");
        this.failed = images(registry, "error");
        this.restarts = Counter.builder("freshet.serving.stream.restarts")
                .description("Sessions with Kafka that ended in a fault and were begun again")
                .baseUnit("restarts")
                .register(registry);
    }

    private static Counter images(MeterRegistry registry, String outcome) {
        return Counter.builder("freshet.serving.stream")
                .description("Images from the request topic that were answered on the response topic")
                .baseUnit("images")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** The answer is committed. */
    void answered(StreamResponse response) {
        (response.status() == 200 ? ok : response.status() < 500 ? refused : failed).increment();
    }

    void restarted() {
        restarts.increment();
    }
}
