package io.freshet.protocol;

import java.time.Instant;
import java.util.Optional;

/**
 * Asks people for the label of an image of the audit sample.
 *
 * @param subject the CloudEvents subject of its traffic, empty if that said none
 */
public record LabelRequest(
        ImageId id,
        EncodedImage png,
        String source,
        String eventId,
        Instant observedAt,
        Optional<Prediction> prediction,
        String subject) {

    public static LabelRequest of(UnlabeledImage image) {
        return new LabelRequest(
                image.id(),
                image.png(),
                image.source(),
                image.eventId(),
                image.observedAt(),
                image.prediction(),
                image.subject());
    }
}
