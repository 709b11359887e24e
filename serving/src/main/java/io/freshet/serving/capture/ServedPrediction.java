package io.freshet.serving.capture;

import io.freshet.protocol.SecondOpinion;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.ImageScores;
import io.micrometer.tracing.Span;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An image and what was answered.
 *
 * @param eventId CloudEvents id
 * @param source CloudEvents source
 * @param subject CloudEvents subject, empty for none
 * @param model that answered
 * @param shadow what a version on trial says of the image, once it has; empty if none was asked, or it failed
 * @param span of the request; {@link Span#NOOP} where requests are not traced
 */
public record ServedPrediction(
        String eventId,
        String source,
        String subject,
        Instant time,
        ServedImage image,
        ModelDescriptor model,
        ImageScores scores,
        CompletableFuture<Optional<SecondOpinion>> shadow,
        Span span) {

    /** One that no other version was asked about, of a request that is not traced. */
    public ServedPrediction(
            String eventId,
            String source,
            String subject,
            Instant time,
            ServedImage image,
            ModelDescriptor model,
            ImageScores scores) {
        this(
                eventId,
                source,
                subject,
                time,
                image,
                model,
                scores,
                CompletableFuture.completedFuture(Optional.empty()),
                Span.NOOP);
    }
}
