package io.freshet.serving.capture;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.batch.ImageScores;
import java.time.Instant;

/**
 * An image and what was answered.
 *
 * @param eventId CloudEvents id
 * @param source CloudEvents source
 * @param subject CloudEvents subject, empty for none
 * @param model that answered
 */
public record ServedPrediction(
        String eventId,
        String source,
        String subject,
        Instant time,
        ServedImage image,
        ModelDescriptor model,
        ImageScores scores) {}
