package io.freshet.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Why a record of {@link Topics#TRAFFIC} was refused, as the headers of its dead letter say. The letter's value and its
 * other headers are the record's.
 *
 * @param reason a short code, one of few
 * @param detail for people
 * @param stage of ingest that refused it
 * @param origin where it lies in {@link Topics#TRAFFIC}
 */
public record DeadLetter(String reason, String detail, String stage, TopicPosition origin) {

    private static final String REASON = "freshet_dlq_reason";
    private static final String DETAIL = "freshet_dlq_detail";
    private static final String STAGE = "freshet_dlq_stage";
    private static final String PARTITION = "freshet_dlq_partition";
    private static final String OFFSET = "freshet_dlq_offset";

    public void writeTo(Headers headers) {
        add(headers, REASON, reason);
        add(headers, DETAIL, detail);
        add(headers, STAGE, stage);
        add(headers, PARTITION, Integer.toString(origin.partition()));
        add(headers, OFFSET, Long.toString(origin.offset()));
    }

    /** What the headers say, or nothing if they are not a dead letter's. */
    public static Optional<DeadLetter> read(Headers headers) {
        Header reason = headers.lastHeader(REASON);
        Header detail = headers.lastHeader(DETAIL);
        Header stage = headers.lastHeader(STAGE);
        Header partition = headers.lastHeader(PARTITION);
        Header offset = headers.lastHeader(OFFSET);
        if (reason == null || detail == null || stage == null || partition == null || offset == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DeadLetter(
                    text(reason),
                    text(detail),
                    text(stage),
                    new TopicPosition(Integer.parseInt(text(partition)), Long.parseLong(text(offset)))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The headers of the record as it came: those of a letter without what makes it one. */
    public static Headers original(Headers letter) {
        Headers headers = new RecordHeaders(letter);
        List.of(REASON, DETAIL, STAGE, PARTITION, OFFSET).forEach(headers::remove);
        return headers;
    }

    private static void add(Headers headers, String key, String value) {
        headers.add(key, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
