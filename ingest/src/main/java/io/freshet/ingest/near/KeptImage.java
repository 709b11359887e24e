package io.freshet.ingest.near;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.image.Fingerprint;

/**
 * What is remembered of an image that was kept.
 *
 * @param subject a part of the digest of its traffic's subject, enough to find what is erased; 0 for none
 * @param cell in which its copies are looked for
 * @param atMillis when it was kept, in ms since 1970
 * @param copies that were dropped since
 */
public record KeptImage(ImageId id, long subject, int cell, Fingerprint fingerprint, long atMillis, long copies) {

    /** One of no subject. */
    public KeptImage(ImageId id, int cell, Fingerprint fingerprint, long atMillis, long copies) {
        this(id, 0, cell, fingerprint, atMillis, copies);
    }

    KeptImage withCopies(long count) {
        return new KeptImage(id, subject, cell, fingerprint, atMillis, count);
    }
}
