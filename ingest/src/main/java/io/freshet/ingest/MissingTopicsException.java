package io.freshet.ingest;

import java.util.List;

/** Topics that ingest reads or writes are not there. */
public final class MissingTopicsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingTopicsException(List<String> topics, String bootstrapServers) {
        super("Kafka at " + bootstrapServers + " has no topic " + String.join(", ", topics)
                + ". Create what is missing before ingest starts.");
    }
}
