package io.freshet.ingest.drift;

import io.freshet.ingest.drift.Watch.Part;
import io.freshet.protocol.ModelVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What the monitor remembers, in two stores: the watches by version ({@code fashion/3}), and the sketches of their
 * observations by version and part ({@code fashion/3/w}).
 */
final class DriftState {

    private static final String WATCHES = "drift-progress";
    private static final String SKETCHES = "drift-sketches";

    private final KeyValueStore<String, Watch> watches;
    private final KeyValueStore<String, ObservationSketch> sketches;

    DriftState(ProcessorContext<?, ?> context) {
        this.watches = context.getStateStore(WATCHES);
        this.sketches = context.getStateStore(SKETCHES);
    }

    static Set<StoreBuilder<?>> stores() {
        return Set.of(
                // The cache spares Kafka all but the last of their states in a transaction.
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(WATCHES), Serdes.String(), WatchSerde.create())
                        .withCachingEnabled(),
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(SKETCHES),
                                Serdes.String(),
                                ObservationSketchSerde.create())
                        .withCachingEnabled());
    }

    Optional<Watch> watch(ModelVersion version) {
        return Optional.ofNullable(watches.get(version.toString()));
    }

    /** Of all versions of all models: few, as {@link ForgettingPolicy} sees to. */
    Map<ModelVersion, Watch> watches() {
        Map<ModelVersion, Watch> all = new HashMap<>();
        try (KeyValueIterator<String, Watch> entries = watches.all()) {
            entries.forEachRemaining(entry -> all.put(parse(entry.key), entry.value));
        }
        return all;
    }

    void put(ModelVersion version, Watch watch) {
        watches.put(version.toString(), watch);
    }

    /** Of a part to which something was added since it began. */
    ObservationSketch sketch(ModelVersion version, Part part) {
        ObservationSketch sketch = sketches.get(key(version, part));
        if (sketch == null) {
            throw new IllegalStateException("Of " + version + " nothing was observed yet in the " + part);
        }
        return sketch;
    }

    /** Forgets what the part held, if it begins anew. */
    void add(ModelVersion version, Part part, boolean begins, ObservationSketch observed) {
        ObservationSketch before = begins ? null : sketches.get(key(version, part));
        if (before != null) {
            before.merge(observed);
        }
        sketches.put(key(version, part), before == null ? observed : before);
    }

    void forget(ModelVersion version) {
        watches.delete(version.toString());
        for (Part part : Part.values()) {
            sketches.delete(key(version, part));
        }
    }

    private static String key(ModelVersion version, Part part) {
        String letter = switch (part) {
            case REFERENCE -> "r";
            case WINDOW -> "w";
        };
        return version + "/" + letter;
    }

    private static ModelVersion parse(String key) {
        int slash = key.indexOf('/'); // a model's name has none
        return new ModelVersion(key.substring(0, slash), Long.parseLong(key.substring(slash + 1)));
    }
}
