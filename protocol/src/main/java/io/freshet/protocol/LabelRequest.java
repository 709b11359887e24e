package io.freshet.protocol;

import java.time.Instant;
import java.util.Optional;

/** Asks people for the label of an image of the audit sample. */
public record LabelRequest(
        ImageId id,
        EncodedImage png,
        String source,
        String eventId,
        Instant observedAt,
        Optional<Prediction> prediction) {

    public static LabelRequest of(UnlabeledImage image) {
        return new LabelRequest(
                image.id(), image.png(), image.source(), image.eventId(), image.observedAt(), image.prediction());
    }
}
