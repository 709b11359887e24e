package io.freshet.standalone.lineage;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.UnlabeledImage;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of {@code freshet.unlabeled} without its image.
 *
 * @param at where it lies
 * @param traffic where in {@code freshet.traffic} it came in
 * @param audit whether it belongs to the audit sample
 */
public record KnownImage(
        ImageId id, String source, Instant observedAt, TopicPosition at, TopicPosition traffic, boolean audit) {

    public static KnownImage of(UnlabeledImage image, TopicPosition at) {
        return new KnownImage(image.id(), image.source(), image.observedAt(), at, image.traffic(), image.audit());
    }

    /** Where a record lies in its topic. */
    public static TopicPosition place(ConsumerRecord<?, ?> record) {
        return new TopicPosition(record.partition(), record.offset());
    }
}
