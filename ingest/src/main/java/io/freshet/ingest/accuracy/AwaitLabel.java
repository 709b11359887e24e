package io.freshet.ingest.accuracy;

import io.freshet.protocol.Prediction;
import java.util.Set;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/** Remembers what was predicted of an image of the audit sample, keyed by its id, until people say what it shows. */
public final class AwaitLabel extends ContextualProcessor<String, Prediction, Void, Void> {

    private WindowStore<String, Prediction> waiting;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private AwaitLabel() {}

    public static ProcessorSupplier<String, Prediction, Void, Void> supplier(AccuracyConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public AwaitLabel get() {
                return new AwaitLabel();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return AccuracyStores.of(config);
            }
        };
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        waiting = context.getStateStore(AccuracyStores.WAITING);
    }

    @Override
    public void process(Record<String, Prediction> record) {
        waiting.put(record.key(), record.value(), context().currentStreamTimeMs());
    }
}
