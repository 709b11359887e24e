package io.freshet.protocol.kafka;

import java.time.Duration;

/** No broker answered at the configured address. */
public final class BrokerUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param listening whether somebody takes connections there all the same
     * @param protocol in which the broker was spoken to, as in {@code SASL_SSL}
     */
    BrokerUnreachableException(
            String bootstrapServers, Duration waited, boolean listening, String protocol, Throwable cause) {
        super(
                "No Kafka broker answers at " + bootstrapServers + " (waited " + waited.toSeconds() + " s). "
                        + (listening
                                ? "Something listens there, but does not answer to " + protocol
                                        + ": is security.protocol in kafka.properties that of the broker's listener?"
                                : "Is it running, and is the address right?"),
                cause);
    }
}
