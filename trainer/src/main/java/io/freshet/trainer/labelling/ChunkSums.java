package io.freshet.trainer.labelling;

import io.freshet.protocol.Sha256;
import io.freshet.trainer.data.ImagePool;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Names the pixels of images, so that who labels them knows them for those that the trainer has. */
final class ChunkSums {

    private ChunkSums() {}

    /** SHA-256 over the images from one (inclusive) to another (exclusive), one after another, in hexadecimal. */
    static String sha256(ImagePool images, int from, int to) {
        MessageDigest sha256 = Sha256.digest();
        for (int i = from; i < to; i++) {
            sha256.update(images.get(i));
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
