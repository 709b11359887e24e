package io.freshet.ingest;

import io.freshet.protocol.Sighting;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Lets an image pass once in a window, by its pixels. Images must come keyed by cell, so that all copies of one meet in
 * one place; echoes pass.
 *
 * <p>The time is the stream's: the latest that any record of the partition has had. By their own times, records of a
 * camera without a clock would be too old for the store to keep, and all pass.
 */
final class Deduplicate implements FixedKeyProcessor<Integer, Sighting, Sighting> {

    private static final String SEEN_IMAGES = "seen-images";
    private static final byte[] SEEN = {1};

    private final long windowMillis;
    private final IngestMetrics metrics;
    private FixedKeyProcessorContext<Integer, Sighting> context;
    private WindowStore<byte[], byte[]> seenImages;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private Deduplicate(Duration window, IngestMetrics metrics) {
        this.windowMillis = window.toMillis();
        this.metrics = metrics;
    }

    static FixedKeyProcessorSupplier<Integer, Sighting, Sighting> within(Duration window, IngestMetrics metrics) {
        return new FixedKeyProcessorSupplier<>() {
            @Override
            public FixedKeyProcessor<Integer, Sighting, Sighting> get() {
                return new Deduplicate(window, metrics);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(seenImages(window));
            }
        };
    }

    /** Image ids (32 bytes) by when they were kept; the store drops what is older than the window, a segment at a time. */
    private static StoreBuilder<WindowStore<byte[], byte[]>> seenImages(Duration window) {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(SEEN_IMAGES, window, window, false),
                Serdes.ByteArray(),
                Serdes.ByteArray());
    }

    @Override
    public void init(FixedKeyProcessorContext<Integer, Sighting> context) {
        this.context = context;
        this.seenImages = context.getStateStore(SEEN_IMAGES);
    }

    @Override
    public void process(FixedKeyRecord<Integer, Sighting> record) {
        if (record.value().isEcho()) {
            context.forward(record);
            return;
        }
        byte[] id = record.value().id().bytes();
        long now = context.currentStreamTimeMs();
        if (isSeen(id, now)) {
            metrics.duplicate();
            return;
        }
        seenImages.put(id, SEEN, now);
        context.forward(record);
    }

    private boolean isSeen(byte[] id, long now) {
        try (WindowStoreIterator<byte[]> times = seenImages.fetch(id, Math.max(0, now - windowMillis + 1), now)) {
            return times.hasNext();
        }
    }
}
