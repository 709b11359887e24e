package io.freshet.ingest.budget;

import io.freshet.ingest.near.FirstSighting;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Sighting;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Lets as many images through as may be trained on. Those of the audit sample pass beside it: they are drawn uniformly
 * already, and nothing is trained on them.
 */
public final class Budget implements FixedKeyProcessor<Integer, FirstSighting, ChosenSighting> {

    private static final String ALLOWANCES = "allowances";

    private final BudgetConfig config;
    private final int partitions;
    private final ToDoubleFunction<ImageId> draw;
    private final Consumer<Sighting> dropped;
    private final Novelties novelties = new Novelties();
    private FixedKeyProcessorContext<Integer, ChosenSighting> context;
    private SamplingBudget budget;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private Budget(BudgetConfig config, int partitions, ToDoubleFunction<ImageId> draw, Consumer<Sighting> dropped) {
        this.config = config;
        this.partitions = partitions;
        this.draw = draw;
        this.dropped = dropped;
    }

    /**
     * @param partitions that the images come in
     * @param draw uniform in [0, 1), and not to be known to strangers
     * @param dropped is told of each image that was dropped
     */
    public static FixedKeyProcessorSupplier<Integer, FirstSighting, ChosenSighting> of(
            BudgetConfig config, int partitions, ToDoubleFunction<ImageId> draw, Consumer<Sighting> dropped) {
        return new FixedKeyProcessorSupplier<>() {
            @Override
            public FixedKeyProcessor<Integer, FirstSighting, ChosenSighting> get() {
                return new Budget(config, partitions, draw, dropped);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                // The cache spares Kafka all but the last state of an allowance in a transaction.
                return Set.of(Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(ALLOWANCES), Serdes.String(), AllowanceSerde.create())
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(FixedKeyProcessorContext<Integer, ChosenSighting> context) {
        this.context = context;
        KeyValueStore<String, Allowance> store = context.getStateStore(ALLOWANCES);
        budget = new SamplingBudget(config, partitions, store::put);
        try (KeyValueIterator<String, Allowance> stored = store.all()) {
            stored.forEachRemaining(entry -> budget.remember(entry.key, entry.value));
        }
    }

    @Override
    public void process(FixedKeyRecord<Integer, FirstSighting> record) {
        Sighting sighting = record.value().sighting();
        if (sighting.audit()) {
            context.forward(
                    record.withValue(new ChosenSighting(sighting, record.value().copies(), 1)));
            return;
        }
        SamplingBudget.Decision decision = budget.decide(
                sighting.source(),
                sighting.prediction(),
                novelties.of(sighting),
                context.currentStreamTimeMs(),
                draw.applyAsDouble(sighting.id()));
        if (decision.isThrough()) {
            novelties.choose(sighting);
            context.forward(
                    record.withValue(new ChosenSighting(sighting, record.value().copies(), decision.chance())));
        } else {
            dropped.accept(sighting);
        }
    }
}
