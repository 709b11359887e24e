package io.freshet.protocol.tracing;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The headers of Kafka records that carry a trace: {@code traceparent} and {@code tracestate} of W3C's Trace Context, of
 * whoever wrote the record. CloudEvents has the same as an extension, {@code ce_traceparent} and {@code ce_tracestate}, of
 * whoever made the event.
 */
public final class TraceHeaders {

    /** {@code 00-TRACE-SPAN-FLAGS}, in hexadecimal. */
    public static final String PARENT = "traceparent";

    private static final String STATE = "tracestate";
    private static final String EXTENSION = "ce_";

    private TraceHeaders() {}

    /** What the writer says, or else the event. */
    static @Nullable String get(Headers headers, String key) {
        Header header = headers.lastHeader(key);
        if (header == null) {
            header = headers.lastHeader(EXTENSION + key);
        }
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.US_ASCII);
    }

    static void set(Headers headers, String key, String value) {
        headers.remove(key).add(key, value.getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes the event's own, beside the record's. */
    static void setExtension(Headers headers, String key, String value) {
        set(headers, key, value);
        set(headers, EXTENSION + key, value);
    }

    /** Only what carries the trace. */
    public static Headers only(Headers headers) {
        Headers trace = new RecordHeaders();
        for (String key : new String[] {PARENT, STATE}) {
            Header header = headers.lastHeader(key);
            if (header != null) {
                trace.add(header);
            }
        }
        return trace;
    }
}
