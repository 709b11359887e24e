package io.freshet.protocol;

import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelStatistics;
import java.time.Instant;
import java.util.Optional;

/**
 * An image of the traffic that could be decoded, on its way between two stages of ingest: as it came, for most are
 * repeats, or more than is wanted, and are not worth another encoding.
 *
 * @param content empty where the image itself went elsewhere, and only its copies are to be known here
 * @param source the CloudEvents source of its traffic, empty if that said none
 * @param eventId the CloudEvents id of its traffic, empty if that said none
 * @param traffic where in {@link Topics#TRAFFIC} it lies
 * @param prediction absent if nothing in service has seen it
 * @param audit whether it belongs to the audit sample
 * @param subject the CloudEvents subject of its traffic, empty if that said none
 * @param location in the image store of what came, empty if the traffic carried it itself
 * @param pixels how the image looks, where no model said what it shows
 */
public record Sighting(
        ImageId id,
        EncodedImage content,
        String source,
        String eventId,
        Instant observedAt,
        TopicPosition traffic,
        Optional<Prediction> prediction,
        boolean audit,
        Fingerprint fingerprint,
        String subject,
        String location,
        Optional<PixelStatistics> pixels) {

    /** One of no subject, that the traffic carried itself and a model answered. */
    public Sighting(
            ImageId id,
            EncodedImage content,
            String source,
            String eventId,
            Instant observedAt,
            TopicPosition traffic,
            Optional<Prediction> prediction,
            boolean audit,
            Fingerprint fingerprint) {
        this(
                id,
                content,
                source,
                eventId,
                observedAt,
                traffic,
                prediction,
                audit,
                fingerprint,
                "",
                "",
                Optional.empty());
    }

    /** Whether the image itself went elsewhere. */
    public boolean isEcho() {
        return content.size() == 0;
    }

    /** The same without the image. */
    public Sighting echo() {
        return new Sighting(
                id,
                new EncodedImage(new byte[0]),
                source,
                eventId,
                observedAt,
                traffic,
                Optional.empty(),
                audit,
                fingerprint,
                subject,
                location,
                Optional.empty());
    }
}
