package io.freshet.serving.capture;

/** What became of an image that should have been captured; each has one. */
enum CaptureOutcome {

    /** Kafka has it. */
    SENT,

    /** There was no room for it. */
    DROPPED,

    /** Its answer went out before Kafka had it; Kafka may have got it since. */
    LATE,

    /** Kafka refused it, or did not answer. */
    FAILED
}
