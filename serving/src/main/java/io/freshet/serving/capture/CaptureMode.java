package io.freshet.serving.capture;

/** What an answer may cost for the sake of the traffic topic. */
public enum CaptureMode {

    /** Nothing is sent. */
    OFF,

    /** Images are sent as fast as Kafka takes them; what does not fit into the buffer is dropped, and counted. */
    ASYNC,

    /**
     * An answer waits until Kafka has its images, or the spool where Kafka is away and that is wanted, so that none that
     * was answered is lost if this process is killed. It waits no longer than the timeout; then it goes out, and that is
     * counted, while the image waits on for Kafka.
     */
    DURABLE
}
