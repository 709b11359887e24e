package io.freshet.standalone.lineage;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.UnlabeledImage;
import java.time.Instant;

/**
 * A record of {@code freshet.unlabeled} without its image.
 *
 * @param at where it lies
 * @param traffic where in {@code freshet.traffic} it came in
 * @param audit whether it belongs to the audit sample
 */
public record KnownImage(
        ImageId id, String source, Instant observedAt, TopicPosition at, TopicPosition traffic, boolean audit) {

    static KnownImage of(UnlabeledImage image, TopicPosition at) {
        return new KnownImage(image.id(), image.source(), image.observedAt(), at, image.traffic(), image.audit());
    }
}
