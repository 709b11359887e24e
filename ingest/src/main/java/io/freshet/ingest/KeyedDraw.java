package io.freshet.ingest;

import io.freshet.protocol.ImageId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Draws a number for an image, by a keyed hash of its id: chance that is the same in each replica and after each failure,
 * and that nobody can foresee without the salt. Thread safe.
 */
final class KeyedDraw {

    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    KeyedDraw(String salt) {
        this.key = new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), HMAC);
    }

    /** Where the image lies among all, in [0, 1): uniform. */
    double of(ImageId id) {
        try {
            Mac mac = Mac.getInstance(HMAC); // one has a state, and is no two threads'
            mac.init(key);
            return (ByteBuffer.wrap(mac.doFinal(id.bytes())).getLong() >>> 11) * 0x1.0p-53;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("Every Java platform has " + HMAC + ", with keys of any length", e);
        }
    }
}
