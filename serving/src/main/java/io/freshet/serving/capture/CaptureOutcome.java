package io.freshet.serving.capture;

/** What became of a served image; each has one. */
enum CaptureOutcome {

    /** Kafka has it. */
    SENT,

    /** Kafka was away; it lies on disk, and will be sent. */
    SPOOLED,

    /** There was no room for it, in memory or on disk. */
    DROPPED,

    /** Its answer went out before Kafka, or the disk, had it; they may have got it since. */
    LATE,

    /** Kafka or the disk refused it, or did not answer. */
    FAILED,

    /** Its request is not in the share that is captured. */
    UNSAMPLED,

    /** There were as many before it in that second as may be captured. */
    CAPPED,

    /** Its source is never captured. */
    EXCLUDED
}
