package io.freshet.serving.capture;

import io.freshet.protocol.SecondOpinion;
import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.ImageScores;
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
 */
public record ServedPrediction(
        String eventId,
        String source,
        String subject,
        Instant time,
        ServedImage image,
        ModelDescriptor model,
        ImageScores scores,
        CompletableFuture<Optional<SecondOpinion>> shadow) {

    /** One that no other version was asked about. */
    public ServedPrediction(
            String eventId,
            String source,
            String subject,
            Instant time,
            ServedImage image,
            ModelDescriptor model,
            ImageScores scores) {
        this(eventId, source, subject, time, image, model, scores, CompletableFuture.completedFuture(Optional.empty()));
    }
}
