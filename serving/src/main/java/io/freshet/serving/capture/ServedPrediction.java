package io.freshet.serving.capture;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.ImageScores;
import io.micrometer.tracing.Span;
import java.time.Instant;

/**
 * An image and what was answered.
 *
 * @param eventId CloudEvents id
 * @param source CloudEvents source
 * @param subject CloudEvents subject, empty for none
 * @param model that answered
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
        Span span) {

    /** Of a request that is not traced. */
    public ServedPrediction(
            String eventId,
            String source,
            String subject,
            Instant time,
            ServedImage image,
            ModelDescriptor model,
            ImageScores scores) {
        this(eventId, source, subject, time, image, model, scores, Span.NOOP);
    }
}
