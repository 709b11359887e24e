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
 * @param inclusionProbability with which the budget let an image like this one through, over 0 and up to 1: an estimate
 *     over all of the traffic counts it 1 / p times
 * @param copies that were dropped since an image like this was kept before
 * @param subject the CloudEvents subject of its traffic, empty if that said none
 * @param location of its file in the image store, empty if the traffic carried it itself
 */
public record UnlabeledImage(
        ImageId id,
        EncodedImage png,
        String source,
        String eventId,
        Instant observedAt,
        TopicPosition traffic,
        Optional<Prediction> prediction,
        boolean audit,
        double inclusionProbability,
        long copies,
        String subject,
        String location) {

    public UnlabeledImage {
        if (!(inclusionProbability > 0 && inclusionProbability <= 1)) {
            throw new IllegalArgumentException(
                    "An image that is here had a probability to be, not " + inclusionProbability);
        }
    }

    /** One that the traffic carried itself. */
    public UnlabeledImage(
            ImageId id,
            EncodedImage png,
            String source,
            String eventId,
            Instant observedAt,
            TopicPosition traffic,
            Optional<Prediction> prediction,
            boolean audit,
            double inclusionProbability,
            long copies,
            String subject) {
        this(
                id,
                png,
                source,
                eventId,
                observedAt,
                traffic,
                prediction,
                audit,
                inclusionProbability,
                copies,
                subject,
                "");
    }

    /** One that no budget could have kept out, met for the first time, of no subject. */
    public UnlabeledImage(
            ImageId id,
            EncodedImage png,
            String source,
            String eventId,
            Instant observedAt,
            TopicPosition traffic,
            Optional<Prediction> prediction,
            boolean audit) {
        this(id, png, source, eventId, observedAt, traffic, prediction, audit, 1, 0, "");
    }
}
