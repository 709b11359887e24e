package io.freshet.ingest.erasure;

import io.freshet.protocol.Erasure;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Topics;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * What {@link Topics#ERASURES} says, whole in each process and read before the first image. Some 200 bytes of memory an
 * erasure. Each task has its own view of the one store; a view is for one thread at a time.
 */
public final class Erasures {

    private static final String STORE = "erasures";

    private final TimestampedKeyValueStore<String, byte[]> store;

    private Erasures(TimestampedKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Gives a topology the store. */
    public static void addTo(StreamsBuilder builder) {
        var unused = builder.globalTable(
                Topics.ERASURES.topicName(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("erasures-source"),
                Materialized.<String, byte[]>as(Stores.inMemoryKeyValueStore(STORE))
                        .withKeySerde(Serdes.String())
                        .withValueSerde(Serdes.ByteArray()));
    }

    /** The view of a task of a topology that has the store. */
    public static Erasures of(ProcessingContext context) {
        return new Erasures(context.getStateStore(STORE));
    }

    /** @param subject empty for none */
    public boolean contains(ImageId id, String subject) {
        return store.get(Erasure.Image.key(id)) != null || containsSubject(subject);
    }

    /** @param subject empty for none */
    public boolean containsSubject(String subject) {
        return !subject.isEmpty() && store.get(Erasure.Subject.named(subject).key()) != null;
    }

    /** All keys. (A global store's own count of its entries stays 0.) */
    public Set<String> keys() {
        Set<String> keys = new HashSet<>();
        try (KeyValueIterator<String, ValueAndTimestamp<byte[]>> all = store.all()) {
            all.forEachRemaining(entry -> keys.add(entry.key));
        }
        return keys;
    }
}
