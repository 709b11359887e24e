package io.freshet.ingest;

import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.tracing.TraceHeaders;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Gives each record of the traffic its verdict, and counts and times them. */
final class Decode extends ContextualProcessor<byte[], byte[], byte[], Verdict<LocatedSighting>> {

    private final TrafficInspector inspector;
    private final IngestMetrics metrics;
    private final boolean traced;

    /** @param traced whether what is accepted keeps its trace */
    Decode(TrafficInspector inspector, IngestMetrics metrics, boolean traced) {
        this.inspector = inspector;
        this.metrics = metrics;
        this.traced = traced;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Verdict<LocatedSighting> verdict = metrics.timeDecode(() -> inspector.inspect(
                record.value(), record.headers(), Instant.ofEpochMilli(record.timestamp()), position()));
        Headers headers = switch (verdict) {
            // What else they said, the image says.
            case Verdict.Accepted<LocatedSighting> accepted ->
                traced ? TraceHeaders.only(record.headers()) : new RecordHeaders();
            case Verdict.Refused<LocatedSighting> refused -> {
                metrics.refused(refused.letter().reason());
                yield record.headers();
            }
        };
        context().forward(record.withValue(verdict).withHeaders(headers));
    }

    private TopicPosition position() {
        RecordMetadata metadata = context().recordMetadata().orElseThrow();
        return new TopicPosition(metadata.partition(), metadata.offset());
    }
}
