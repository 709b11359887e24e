package io.freshet.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * An image as a client sent it, the value of a record of {@link Topics#TRAFFIC}, with what the record's headers say.
 *
 * <p>The headers are those of CloudEvents' Kafka binary binding, and the prediction stands in extension attributes. All
 * are optional to a reader, so that a camera or {@code kcat} with nothing but an image can be a producer.
 *
 * @param content the encoded image
 * @param contentType its media type, as the client said
 * @param eventId CloudEvents id, empty if unknown
 * @param source CloudEvents source, empty if unknown
 * @param prediction what the model in service answered, absent if none saw it
 * @param subject CloudEvents subject: who, or what, the image shows; empty if unknown
 */
public record TrafficImage(
        EncodedImage content,
        Optional<String> contentType,
        String eventId,
        String source,
        Instant time,
        Optional<Prediction> prediction,
        String subject) {

    /** CloudEvents type of an image served. */
    public static final String EVENT_TYPE = "io.freshet.image.v1";

    private static final String SPEC_VERSION = "ce_specversion";
    private static final String TYPE = "ce_type";
    private static final String ID = "ce_id";
    private static final String SOURCE = "ce_source";
    private static final String SUBJECT = "ce_subject";
    private static final String TIME = "ce_time";
    private static final String CONTENT_TYPE = "content-type";
    private static final String MODEL = "ce_freshetmodel";
    private static final String MODEL_VERSION = "ce_freshetversion";
    private static final String LABEL = "ce_freshetlabel";
    private static final String CONFIDENCE = "ce_freshetconfidence";
    private static final String SKETCH = "ce_freshetsketch";
    private static final String SHADOW_VERSION = "ce_freshetshadow";
    private static final String SHADOW_LABEL = "ce_freshetshadowlabel";
    private static final String SHADOW_CONFIDENCE = "ce_freshetshadowconf"; // names end at twenty characters

    /** One of no subject. */
    public TrafficImage(
            EncodedImage content,
            Optional<String> contentType,
            String eventId,
            String source,
            Instant time,
            Optional<Prediction> prediction) {
        this(content, contentType, eventId, source, time, prediction, "");
    }

    /** The subject that the headers of a traffic record name; empty if they name none. */
    public static String subject(Headers headers) {
        return text(headers, SUBJECT).orElse("");
    }

    /** Adds the headers of the image's record. */
    public void writeTo(Headers headers) {
        add(headers, SPEC_VERSION, "1.0");
        add(headers, TYPE, EVENT_TYPE);
        add(headers, ID, eventId);
        add(headers, SOURCE, source);
        if (!subject.isEmpty()) {
            add(headers, SUBJECT, subject);
        }
        add(headers, TIME, time.toString());
        contentType.ifPresent(type -> add(headers, CONTENT_TYPE, type));
        prediction.ifPresent(p -> {
            add(headers, MODEL, p.model().model());
            add(headers, MODEL_VERSION, Long.toString(p.model().version()));
            add(headers, LABEL, p.label());
            add(headers, CONFIDENCE, Float.toString(p.confidence()));
            if (!p.embeddingSketch().isEmpty()) {
                add(headers, SKETCH, encode(p.embeddingSketch()));
            }
            p.shadow().ifPresent(shadow -> {
                add(headers, SHADOW_VERSION, Long.toString(shadow.version()));
                add(headers, SHADOW_LABEL, shadow.label());
                add(headers, SHADOW_CONFIDENCE, Float.toString(shadow.confidence()));
            });
        });
    }

    /**
     * Reads what the headers of a traffic record say; what they do not say, or say in a form that is not known, is left
     * open.
     *
     * @param timestamp of the record, taken where the headers give no time
     */
    public static TrafficImage read(EncodedImage content, Headers headers, Instant timestamp) {
        return new TrafficImage(
                content,
                text(headers, CONTENT_TYPE),
                text(headers, ID).orElse(""),
                text(headers, SOURCE).orElse(""),
                text(headers, TIME).flatMap(TrafficImage::parseTime).orElse(timestamp),
                readPrediction(headers),
                subject(headers));
    }

    private static Optional<Prediction> readPrediction(Headers headers) {
        Optional<String> model = text(headers, MODEL);
        Optional<String> version = text(headers, MODEL_VERSION);
        Optional<String> label = text(headers, LABEL);
        Optional<String> confidence = text(headers, CONFIDENCE);
        if (model.isEmpty() || version.isEmpty() || label.isEmpty() || confidence.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Prediction(
                    new ModelVersion(model.get(), Long.parseLong(version.get())),
                    label.get(),
                    Float.parseFloat(confidence.get()),
                    text(headers, SKETCH).map(TrafficImage::decode).orElse(List.of()),
                    readShadow(headers)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // another producer's idea of these headers
        }
    }

    private static Optional<SecondOpinion> readShadow(Headers headers) {
        Optional<String> version = text(headers, SHADOW_VERSION);
        Optional<String> label = text(headers, SHADOW_LABEL);
        Optional<String> confidence = text(headers, SHADOW_CONFIDENCE);
        if (version.isEmpty() || label.isEmpty() || confidence.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new SecondOpinion(Long.parseLong(version.get()), label.get(), Float.parseFloat(confidence.get())));
        } catch (NumberFormatException e) {
            return Optional.empty(); // what the version in service said holds all the same
        }
    }

    private static Optional<Instant> parseTime(String time) {
        try {
            return Optional.of(Instant.parse(time));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String encode(List<Float> sketch) {
        ByteBuffer bytes = ByteBuffer.allocate(sketch.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        sketch.forEach(bytes::putFloat);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static List<Float> decode(String sketch) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(sketch)).order(ByteOrder.LITTLE_ENDIAN);
        List<Float> values = new ArrayList<>(bytes.remaining() / Float.BYTES);
        while (bytes.remaining() >= Float.BYTES) {
            values.add(bytes.getFloat());
        }
        return values;
    }

    private static void add(Headers headers, String key, String value) {
        headers.add(key, value.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> text(Headers headers, String key) {
        Header header = headers.lastHeader(key);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
