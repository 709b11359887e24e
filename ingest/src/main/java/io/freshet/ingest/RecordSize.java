package io.freshet.ingest;

import io.freshet.protocol.Topics;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What fits into a record: one that is too large for its topic would stop the stream at that place for ever. */
final class RecordSize {

    /** Bytes of key, value and headers that fit, with room for Kafka's framing and the headers of a dead letter. */
    static final int LIMIT = Topics.MAX_RECORD_BYTES - 16 * 1024;

    /** More than two lengths of at most five bytes each. */
    private static final int HEADER_FRAMING = 16;

    /** Bytes of a char. */
    private static final int MAX_UTF8 = 3;

    private RecordSize() {}

    /** At least as many bytes as the record takes. */
    static long of(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        long size = length(key) + length(value);
        for (Header header : headers) {
            size += HEADER_FRAMING + MAX_UTF8 * header.key().length() + length(header.value());
        }
        return size;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
