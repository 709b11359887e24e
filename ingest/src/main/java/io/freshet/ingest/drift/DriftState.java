package io.freshet.ingest.drift;

import io.freshet.ingest.drift.Watch.Part;
import io.freshet.ingest.drift.Watch.Slot;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What the monitor remembers, in two stores: the watches by version ({@code fashion/3}), and their observations by
 * version and slot ({@code fashion/3/w/00000017}), so that an image costs two small entries whatever the window.
 */
final class DriftState {

    private static final String WATCHES = "drift-watches";
    private static final String OBSERVATIONS = "drift-observations";

    private final KeyValueStore<String, Watch> watches;
    private final KeyValueStore<String, Prediction> observations;

    DriftState(ProcessorContext<?, ?> context) {
        this.watches = context.getStateStore(WATCHES);
        this.observations = context.getStateStore(OBSERVATIONS);
    }

    static Set<StoreBuilder<?>> stores() {
        return Set.of(
                // The cache spares Kafka all but the last of a watch's states in a transaction.
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(WATCHES), Serdes.String(), WatchSerde.create())
                        .withCachingEnabled(),
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(OBSERVATIONS), Serdes.String(), Codecs.PREDICTION.serde()));
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

    void put(ModelVersion version, Slot slot, Prediction observation) {
        observations.put(key(version, slot.part(), slot.index()), observation);
    }

    /** The observations of the first slots of a part. */
    List<Prediction> observations(ModelVersion version, Part part, int count) {
        List<Prediction> found = new ArrayList<>(count);
        try (KeyValueIterator<String, Prediction> entries =
                observations.range(key(version, part, 0), key(version, part, count - 1))) {
            entries.forEachRemaining(entry -> found.add(entry.value));
        }
        return found;
    }

    void forget(ModelVersion version) {
        watches.delete(version.toString());
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, Prediction> entries =
                observations.prefixScan(version + "/", new StringSerializer())) {
            entries.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(observations::delete);
    }

    /** Ordered as the slots are. */
    private static String key(ModelVersion version, Part part, int index) {
        String letter = switch (part) {
            case REFERENCE -> "r";
            case WINDOW -> "w";
        };
        return String.format(Locale.ROOT, "%s/%s/%08d", version, letter, index);
    }

    private static ModelVersion parse(String key) {
        int slash = key.indexOf('/'); // a model's name has none
        return new ModelVersion(key.substring(0, slash), Long.parseLong(key.substring(slash + 1)));
    }
}
