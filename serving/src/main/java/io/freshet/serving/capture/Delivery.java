package io.freshet.serving.capture;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Brings traffic to Kafka, and does what is configured where Kafka is away. For one thread at a time. */
interface Delivery {

    /**
     * Takes a record.
     *
     * @param outcome completed on any thread, when the record no longer waits in memory
     */
    void deliver(ProducerRecord<byte[], byte[]> traffic, CompletableFuture<CaptureOutcome> outcome)
            throws InterruptedException;

    /** Does what has become due; returns for how long it can be left alone. */
    Duration step() throws InterruptedException;

    /** Puts away what the producer, which is closed by now, did not bring to its end. */
    void finish() throws IOException;
}
