package io.freshet.protocol;

import java.time.Instant;
import java.util.Optional;

/**
 * An image that came in with the traffic, decoded, checked and met for the first time: what students learn from.
 *
 * @param png the image, upright and without metadata
 * @param source the CloudEvents source of its traffic, empty if that said none
 * @param eventId the CloudEvents id of its traffic, empty if that said none
 * @param traffic where in {@link Topics#TRAFFIC} it lies
 * @param prediction absent if nothing in service has seen it
 * @param audit whether it belongs to the audit sample: it judges models, and none is ever trained on it
 */
public record UnlabeledImage(
        ImageId id,
        EncodedImage png,
        String source,
        String eventId,
        Instant observedAt,
        TopicPosition traffic,
        Optional<Prediction> prediction,
        boolean audit) {}
