package io.freshet.protocol.kafka;

import java.time.Duration;

/** No broker answered at the configured address. */
public final class BrokerUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokerUnreachableException(String bootstrapServers, Duration waited, Throwable cause) {
        super(
                "No Kafka broker answers at " + bootstrapServers + " (waited " + waited.toSeconds()
                        + " s). Is it running, and is the address right?",
                cause);
    }
}
