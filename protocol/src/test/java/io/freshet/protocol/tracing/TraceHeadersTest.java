package io.freshet.protocol.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Span;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TraceHeadersTest {

    private static final String KEPT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static Headers headers(String... keysAndValues) {
        Headers headers = new RecordHeaders();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            headers.add(keysAndValues[i], keysAndValues[i + 1].getBytes(StandardCharsets.US_ASCII));
        }
        return headers;
    }

    @Test
    void theWriterOfARecordGoesBeforeTheMakerOfItsEvent() {
        assertThat(TraceHeaders.get(headers("ce_traceparent", "event", "traceparent", "record"), "traceparent"))
                .isEqualTo("record");
        assertThat(TraceHeaders.get(headers("ce_traceparent", "event"), "traceparent"))
                .isEqualTo("event");
        assertThat(TraceHeaders.get(headers("ce_id", "7"), "traceparent")).isNull();
        Headers empty = new RecordHeaders();
        empty.add("traceparent", null);
        assertThat(TraceHeaders.get(empty, "traceparent")).isNull();
    }

    @Test
    void aTraceTakesThePlaceOfTheOneBefore() {
        Headers headers = headers("traceparent", "first", "ce_id", "7");

        TraceHeaders.set(headers, "traceparent", "second");

        assertThat(headers.headers("traceparent")).hasSize(1);
        assertThat(TraceHeaders.get(headers, "traceparent")).isEqualTo("second");
        assertThat(headers.lastHeader("ce_id")).isNotNull();
    }

    @Test
    void whatIsTakenOnIsTheTraceAlone() {
        Headers headers = headers("ce_id", "7", "traceparent", KEPT, "tracestate", "a=b", "ce_traceparent", "event");

        assertThat(TraceHeaders.only(headers)).extracting(Header::key).containsExactly("traceparent", "tracestate");
        assertThat(TraceHeaders.only(headers("ce_id", "7"))).isEmpty();
    }

    @Test
    void onlyATraceThatIsKeptIsWorthALink() {
        assertThat(Tracing.sampledParent(headers("traceparent", KEPT))).contains(KEPT);
        assertThat(Tracing.sampledParent(headers("traceparent", KEPT.replace("-01", "-03"))))
                .isPresent();
        assertThat(Tracing.sampledParent(headers("traceparent", KEPT.replace("-01", "-00"))))
                .isEmpty();
        assertThat(Tracing.sampledParent(headers("traceparent", "none"))).isEmpty();
        assertThat(Tracing.sampledParent(headers())).isEmpty();
    }

    @Test
    void switchedOffNothingIsWritten() {
        Headers headers = headers("ce_id", "7");
        Tracing off = Tracing.off();
        Span span = off.after(headers("traceparent", KEPT)).name("none").start();

        off.write(span, headers);
        off.writeEvent(span, headers);

        assertThat(Tracing.isOfTrace(span)).isFalse();
        assertThat(off.parent(span)).isEmpty();
        assertThat(headers).hasSize(1);
    }
}
