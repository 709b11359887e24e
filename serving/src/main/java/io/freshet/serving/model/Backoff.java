package io.freshet.serving.model;

import java.time.Duration;

/**
 * How long to wait before another try: twice as long each time.
 *
 * @param first after the first failure
 * @param most however many there were
 */
public record Backoff(Duration first, Duration most) {

    /** From a fifth of a second to ten seconds. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

    public Backoff {
        if (!first.isPositive() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("A backoff grows from " + first + " to " + most);
        }
    }

    /** @param failures in a row, from 1 */
    public Duration after(int failures) {
        Duration wait = first;
        for (int i = 1; i < failures && wait.compareTo(most) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(most) < 0 ? wait : most;
    }
}
