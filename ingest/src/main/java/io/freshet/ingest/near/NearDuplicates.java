package io.freshet.ingest.near;

import io.freshet.ingest.erasure.Erasures;
import io.freshet.protocol.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Lets the first of images that are copies of one another pass in a window. Images must come keyed by cell, and to the
 * other cells that they name their echoes must come, so that copies meet in one place, whatever the partitions.
 *
 * <p>What the store holds is searched in memory; it is read whole when the task begins. What is erased is forgotten soon
 * after; a copy that comes later, with other pixels, is then taken for an image of its own.
 */
public final class NearDuplicates implements FixedKeyProcessor<Integer, Sighting, FirstSighting> {

    private static final String KEPT_IMAGES = "kept-images";
    private static final Duration LOOK_FOR_ERASURES = Duration.ofSeconds(10);

    private final long windowMillis;
    private final NearImages images;
    private final Consumer<Sighting> dropped;
    private FixedKeyProcessorContext<Integer, FirstSighting> context;
    private KeyValueStore<Long, KeptImage> store;
    private Erasures erasures;
    private int erasuresHeeded;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private NearDuplicates(Duration window, int capacity, Consumer<Sighting> dropped) {
        this.windowMillis = window.toMillis();
        this.images = new NearImages(capacity);
        this.dropped = dropped;
    }

    /**
     * @param window in which copies of an image are dropped
     * @param capacity images that a partition remembers
     * @param dropped is told of each image that was dropped
     */
    public static FixedKeyProcessorSupplier<Integer, Sighting, FirstSighting> within(
            Duration window, int capacity, Consumer<Sighting> dropped) {
        return new FixedKeyProcessorSupplier<>() {
            @Override
            public FixedKeyProcessor<Integer, Sighting, FirstSighting> get() {
                return new NearDuplicates(window, capacity, dropped);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                // The cache spares Kafka all but the last count of copies in a transaction.
                return Set.of(Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(KEPT_IMAGES), Serdes.Long(), KeptImageSerde.create())
                        .withCachingEnabled());
            }
        };
    }

    @Override
    public void init(FixedKeyProcessorContext<Integer, FirstSighting> context) {
        this.context = context;
        this.store = context.getStateStore(KEPT_IMAGES);
        List<Long> gone = new ArrayList<>(); // of a larger bound than this one
        try (KeyValueIterator<Long, KeptImage> stored = store.all()) { // in the order of their numbers
            stored.forEachRemaining(entry -> gone.addAll(images.add(entry.key, entry.value)));
        }
        gone.forEach(store::delete);
        this.erasures = Erasures.of(context);
        forgetErased();
        var unused = context.schedule(LOOK_FOR_ERASURES, PunctuationType.WALL_CLOCK_TIME, now -> forgetErased());
    }

    private void forgetErased() {
        Set<String> keys = erasures.keys();
        if (keys.size() != erasuresHeeded) {
            ErasedImages erased = ErasedImages.of(keys);
            images.forget(erased::contains).forEach(store::delete);
            erasuresHeeded = keys.size();
        }
    }

    @Override
    public void process(FixedKeyRecord<Integer, Sighting> record) {
        Sighting sighting = record.value();
        long now = context.currentStreamTimeMs();
        long since = now - windowMillis + 1;
        var near = images.find(record.key(), sighting.fingerprint(), since);
        if (near.isPresent() && near.get().image().atMillis() >= since) {
            if (!sighting.isEcho()) {
                store.put(near.get().number(), near.get().copied());
                dropped.accept(sighting);
            }
            return;
        }
        KeptImage kept = new KeptImage(
                sighting.id(), ErasedImages.part(sighting.subject()), record.key(), sighting.fingerprint(), now, 0);
        store.put(images.next(), kept);
        images.add(images.next(), kept).forEach(store::delete);
        if (!sighting.isEcho()) {
            long copies = near.map(earlier -> earlier.image().copies()).orElse(0L);
            context.forward(record.withValue(new FirstSighting(sighting, copies)));
        }
    }
}
