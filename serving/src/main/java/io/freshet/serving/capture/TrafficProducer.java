package io.freshet.serving.capture;

import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Hands traffic to Kafka's client, and tells of it.
 *
 * @param sent told of each record that begins its way; of one that comes again from the spool, again
 */
record TrafficProducer(Producer<byte[], byte[]> producer, Consumer<ProducerRecord<byte[], byte[]>> sent) {

    /** As {@link Producer#send}: may block, may throw, and may do so beside calling the callback. */
    void send(ProducerRecord<byte[], byte[]> traffic, Callback callback) {
        sent.accept(traffic);
        Future<?> unused = producer.send(traffic, callback);
    }
}
