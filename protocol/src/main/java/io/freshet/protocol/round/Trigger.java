package io.freshet.protocol.round;

/** What a round began for. */
public enum Trigger {
    /** There is no model yet. */
    INITIAL,
    /** The configured time since the last round has passed. */
    SCHEDULE,
    /** Enough new images have come in. */
    IMAGES,
    /** The traffic has changed. */
    DRIFT,
    /** Somebody asked. */
    MANUAL
}
