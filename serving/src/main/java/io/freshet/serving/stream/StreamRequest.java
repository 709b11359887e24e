package io.freshet.serving.stream;

import io.freshet.protocol.EncodedImage;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * An image that somebody wants to have classified, the value of a record, with what the record's headers say; all of
 * them are optional.
 *
 * @param contentType header {@code content-type}
 * @param model header {@code freshet-model}
 * @param provenance id, source, capture and routing key, from {@code ce_id} or else the correlation id,
 *     {@code ce_source}, {@code ce_subject}, {@code freshet-capture: off}, and {@code freshet-routing-key} or else the source
 */
record StreamRequest(
        EncodedImage content, Optional<String> contentType, Optional<String> model, Provenance provenance) {

    /** What becomes an event's id, and stands in logs. */
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private static final int LONGEST_SOURCE = 256;

    static StreamRequest of(ConsumerRecord<byte[], byte[]> found, String defaultSource) {
        Headers headers = found.headers();
        byte[] value = found.value() == null ? new byte[0] : found.value();
        String place = found.topic() + "-" + found.partition() + "-" + found.offset();
        String id = text(headers, "ce_id")
                .or(() -> correlation(headers).map(StreamRequest::text))
                .filter(given -> ID.matcher(given).matches())
                .orElse(place);
        String source = text(headers, "ce_source")
                .filter(given -> given.length() <= LONGEST_SOURCE && CaptureConfig.isSource(given))
                .orElse(defaultSource);
        boolean captured = text(headers, "freshet-capture")
                .filter(word -> word.equalsIgnoreCase("off"))
                .isEmpty();
        // Without a word on who it is, each request is a client of its own.
        String routingKey = text(headers, "freshet-routing-key")
                .or(() -> text(headers, "ce_source"))
                .orElse(id);
        return new StreamRequest(
                new EncodedImage(value),
                text(headers, "content-type"),
                text(headers, "freshet-model"),
                new Provenance(id, source, text(headers, "ce_subject").orElse(""), captured, routingKey));
    }

    /** The header that clients find their answers by: {@code correlation-id}, {@code kafka_correlationId} and the like. */
    static Optional<Header> correlation(Headers headers) {
        for (Header header : headers) {
            String letters = header.key().toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
            if (letters.endsWith("correlationid") && header.value() != null) {
                return Optional.of(header);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> text(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .filter(header -> header.value() != null)
                .map(StreamRequest::text);
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
