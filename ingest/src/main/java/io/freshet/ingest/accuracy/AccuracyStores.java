package io.freshet.ingest.accuracy;

import io.freshet.protocol.Codecs;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** What is remembered: predictions that wait for a label, by image, and what became of the others, by version. */
final class AccuracyStores {

    static final String WAITING = "predictions-to-judge";
    static final String OUTCOMES = "outcomes";

    private AccuracyStores() {}

    static Set<StoreBuilder<?>> of(AccuracyConfig config) {
        Duration patience = config.patience();
        return Set.of(
                Stores.windowStoreBuilder(
                        Stores.persistentWindowStore(WAITING, patience, patience, false),
                        Serdes.String(),
                        Codecs.PREDICTION.serde()),
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(OUTCOMES), Serdes.String(), Outcomes.serde()));
    }
}
