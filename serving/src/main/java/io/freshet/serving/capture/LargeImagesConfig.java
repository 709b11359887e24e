package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import io.freshet.protocol.claim.ClaimCheck;
import io.freshet.protocol.claim.ImageStores;
import java.util.Optional;

/**
 * What becomes of images that are too large for a record.
 *
 * @param store a folder, or where this program can, {@code s3://BUCKET/PREFIX}, which ingest has as {@code
 *     ingest.images.store}; absent to send all images in records, where one that is larger than a record carries fails
 * @param inlineBytes an image of more lies in the store, and its record carries a reference
 */
public record LargeImagesConfig(Optional<String> store, int inlineBytes) {

    /** What the headers of a record take at most, beside the image. */
    private static final int HEADERS = 64 << 10;

    public LargeImagesConfig {
        if (inlineBytes < 1 || inlineBytes > Topics.MAX_RECORD_BYTES - HEADERS) {
            throw new IllegalArgumentException("capture.images.inlineBytes must be at least 1, and at most "
                    + (Topics.MAX_RECORD_BYTES - HEADERS) + " for an image to fit into a record, not " + inlineBytes);
        }
    }

    /** No store; images of more than a mebibyte, where there is one. */
    public static LargeImagesConfig defaults() {
        return new LargeImagesConfig(Optional.empty(), 1 << 20);
    }

    ClaimCheck claimCheck(ImageStores stores) {
        return new ClaimCheck(store.map(stores::open), inlineBytes);
    }
}
