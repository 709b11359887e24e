package io.freshet.standalone.deployment;

import io.freshet.protocol.kafka.KafkaConnection;

/** A broker and the three services at work. The caller closes it. */
public interface Deployment extends AutoCloseable {

    KafkaConnection kafka();

    /** The port on 127.0.0.1 where serving answers. */
    int servingPort();

    /** The port on 127.0.0.1 where ingest answers for its metrics. */
    int ingestPort();

    /** The port on 127.0.0.1 where the trainer answers for its metrics. */
    int trainerPort();

    @Override
    void close();
}
