package io.freshet.ingest.erasure;

import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Drops the records that are of something erased.
 *
 * @param <K> of their keys
 * @param <V> of their values
 */
public final class Forget<K, V> implements FixedKeyProcessor<K, V, V> {

    private final BiPredicate<Erasures, FixedKeyRecord<K, V>> erased;
    private final Consumer<FixedKeyRecord<K, V>> dropped;

    private FixedKeyProcessorContext<K, V> context;
    private Erasures erasures;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private Forget(BiPredicate<Erasures, FixedKeyRecord<K, V>> erased, Consumer<FixedKeyRecord<K, V>> dropped) {
        this.erased = erased;
        this.dropped = dropped;
    }

    /**
     * @param erased whether a record is of something erased
     * @param dropped is told of each that was
     */
    public static <K, V> FixedKeyProcessorSupplier<K, V, V> where(
            BiPredicate<Erasures, FixedKeyRecord<K, V>> erased, Consumer<FixedKeyRecord<K, V>> dropped) {
        return () -> new Forget<>(erased, dropped);
    }

    @Override
    public void init(FixedKeyProcessorContext<K, V> context) {
        this.context = context;
        this.erasures = Erasures.of(context);
    }

    @Override
    public void process(FixedKeyRecord<K, V> record) {
        if (erased.test(erasures, record)) {
            dropped.accept(record);
        } else {
            context.forward(record);
        }
    }
}
