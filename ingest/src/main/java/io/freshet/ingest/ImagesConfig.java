package io.freshet.ingest;

import io.freshet.protocol.claim.ImageStore;
import io.freshet.protocol.claim.ImageStores;
import java.time.Duration;
import java.util.Optional;

/**
 * Where images lie that are too large for a record, and for how long.
 *
 * @param store a folder, or where this program can, {@code s3://BUCKET/PREFIX}, which those who send such images share with
 *     ingest; absent to refuse references
 * @param retention after which an image is deleted from it; a dead letter that refers to it cannot be replayed any more
 */
public record ImagesConfig(Optional<String> store, Duration retention) {

    public ImagesConfig {
        if (!retention.isPositive()) {
            throw new IllegalArgumentException("images.retention must be longer than nothing, not " + retention);
        }
    }

    /** No store; 31 days, as long as a dead letter is kept and its segment may be written to. */
    public static ImagesConfig defaults() {
        return new ImagesConfig(Optional.empty(), Duration.ofDays(31));
    }

    Optional<ImageStore> open(ImageStores stores) {
        return store.map(stores::open);
    }
}
