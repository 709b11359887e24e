package io.freshet.protocol.claim;

import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Makes the records of the traffic: a large image goes to the store, and its record carries a reference. Thread safe. */
public final class ClaimCheck {

    private static final byte[] NOTHING = new byte[0];

    private final Optional<ImageStore> store;
    private final int inlineBytes;

    /**
     * @param store absent where all images go in their records
     * @param inlineBytes an image of more goes to the store
     */
    public ClaimCheck(Optional<ImageStore> store, int inlineBytes) {
        this.store = store;
        this.inlineBytes = inlineBytes;
    }

    /**
     * The record of an image, which lies in the store by then if it is large.
     *
     * @throws IOException if the store cannot be reached or written
     */
    public ProducerRecord<byte[], byte[]> record(byte @Nullable [] key, TrafficImage image) throws IOException {
        Optional<ImageStore> wanted = store.filter(s -> image.content().size() > inlineBytes);
        byte[] value = wanted.isPresent() ? NOTHING : image.content().bytes();
        ProducerRecord<byte[], byte[]> traffic = new ProducerRecord<>(Topics.TRAFFIC.topicName(), key, value);
        image.writeTo(traffic.headers());
        if (wanted.isPresent()) {
            wanted.get().put(image.content(), image.subject()).writeTo(traffic.headers());
        }
        return traffic;
    }
}
