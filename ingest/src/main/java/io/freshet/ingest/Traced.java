package io.freshet.ingest;

import io.freshet.protocol.tracing.Tracing;
import io.micrometer.tracing.Span;
import java.util.function.Predicate;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Puts what a task does with a record into a span, which goes on with the record's trace, and in whose trace what comes of
 * the record goes on. All of a task that lies behind a processor runs while the processor forwards, so that is the span;
 * {@link IngestMetrics} says in it what became of the image.
 *
 * @param <K> of their keys
 * @param <V> of their values
 */
final class Traced<K, V> implements FixedKeyProcessor<K, V, V> {

    private final Tracing tracing;
    private final String name;
    private final Predicate<V> wanted;
    private FixedKeyProcessorContext<K, V> context;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private Traced(Tracing tracing, String name, Predicate<V> wanted) {
        this.tracing = tracing;
        this.name = name;
        this.wanted = wanted;
    }

    /**
     * @param name of the spans
     * @param wanted whether a record is worth a span
     */
    static <K, V> FixedKeyProcessorSupplier<K, V, V> as(Tracing tracing, String name, Predicate<V> wanted) {
        return () -> new Traced<>(tracing, name, wanted);
    }

    @Override
    public void init(FixedKeyProcessorContext<K, V> context) {
        this.context = context;
    }

    @Override
    public void process(FixedKeyRecord<K, V> record) {
        if (!wanted.test(record.value())) {
            context.forward(record);
            return;
        }
        Span span = begin(record.headers());
        try {
            Headers headers = new RecordHeaders(record.headers());
            tracing.write(span, headers);
            tracing.within(span, () -> context.forward(record.withHeaders(headers)));
        } catch (RuntimeException e) {
            span.error(e);
            throw e;
        } finally {
            span.end();
        }
    }

    private Span begin(Headers headers) {
        Span span = tracing.after(headers).name(name).kind(Span.Kind.CONSUMER).start();
        context.recordMetadata().ifPresent(from -> {
            span.tag("messaging.system", "kafka");
            span.tag("messaging.destination.name", from.topic());
            span.tag("messaging.destination.partition.id", from.partition());
            span.tag("messaging.kafka.offset", from.offset());
        });
        return span;
    }
}
