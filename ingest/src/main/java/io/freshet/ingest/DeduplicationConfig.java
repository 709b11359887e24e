package io.freshet.ingest;

import java.time.Duration;

/**
 * How long an image counts as seen.
 *
 * @param window after an image is kept, in which the same image is dropped; each image kept in it takes some 60 bytes
 *     of local state, and as much in Kafka
 */
public record DeduplicationConfig(Duration window) {

    public DeduplicationConfig {
        if (window.toMillis() < 1) {
            throw new IllegalArgumentException("deduplication.window must be longer than nothing, not " + window);
        }
    }

    /** Seven days, as long as the traffic itself is kept. */
    public static DeduplicationConfig defaults() {
        return new DeduplicationConfig(Duration.ofDays(7));
    }
}
