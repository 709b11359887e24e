package io.freshet.trainer.data;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import java.util.Arrays;

/**
 * Images of which near copies can be found, by the fingerprint that ingest knows copies by, taken of the pixels that models
 * see. Some 270 bytes an image; a search looks at all hashes. Grows by appending; reading is thread safe once it no longer
 * grows.
 */
public final class NearCopies {

    private static final int FIRST_ROOM = 64;

    private final ImageShape shape;
    private final ImagePool fingerprints = new ImagePool(Fingerprint.BYTES);
    private long[] hashes = new long[FIRST_ROOM]; // beside the fingerprints, for the search looks at all of them

    /** @param shape of all images */
    public NearCopies(ImageShape shape) {
        this.shape = shape;
    }

    /** @param image {@code [height, width, channels] uint8}, as models take it */
    public Fingerprint fingerprint(byte[] image) {
        return Fingerprint.of(
                shape.channels() == 1
                        ? PixelImage.ofGray(shape.width(), shape.height(), image)
                        : new PixelImage(shape.width(), shape.height(), image));
    }

    public void add(Fingerprint fingerprint) {
        int size = fingerprints.size();
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * size);
        }
        hashes[size] = fingerprint.hash();
        fingerprints.add(fingerprint.bytes());
    }

    /** Whether an image is a near copy of one of these. */
    public boolean contains(Fingerprint fingerprint) {
        for (int i = 0; i < fingerprints.size(); i++) {
            if (Long.bitCount(hashes[i] ^ fingerprint.hash()) <= Fingerprint.MAX_DISTANCE
                    && fingerprint.looksLike(Fingerprint.ofBytes(fingerprints.get(i)))) {
                return true;
            }
        }
        return false;
    }
}
