package io.freshet.serving.capture;

/** What becomes of served images while Kafka is away. */
public enum WhenAway {

    /** They wait in memory for some minutes, as far as there is room; then they are dropped, and counted. */
    DROP,

    /** They go to a bounded file on disk, and to Kafka when it is back, also after a restart. */
    SPOOL
}
