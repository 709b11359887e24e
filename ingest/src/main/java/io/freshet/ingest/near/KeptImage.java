package io.freshet.ingest.near;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.Fingerprint;

/**
 * What is remembered of an image that was kept.
 *
 * @param cell in which its copies are looked for
 * @param atMillis when it was kept, in ms since 1970
 * @param copies that were dropped since
 */
public record KeptImage(ImageId id, int cell, Fingerprint fingerprint, long atMillis, long copies) {

    KeptImage withCopies(long count) {
        return new KeptImage(id, cell, fingerprint, atMillis, count);
    }
}
