package io.freshet.ingest;

import io.freshet.protocol.ImageId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Draws the images that judge models: a uniform share of all, by a keyed hash of the image's id. So each replica draws
 * the same ones, and a copy of an image of the sample belongs to it too. Thread safe.
 */
final class AuditSample {

    private static final String HMAC = "HmacSHA256";

    private final double share;
    private final SecretKeySpec key;

    AuditSample(AuditConfig config) {
        this.share = config.share();
        this.key = new SecretKeySpec(config.salt().getBytes(StandardCharsets.UTF_8), HMAC);
    }

    boolean contains(ImageId id) {
        return position(id) < share;
    }

    /** Where the image lies among all, in [0, 1): uniform, and not to be known without the salt. */
    private double position(ImageId id) {
        try {
            Mac mac = Mac.getInstance(HMAC); // one has a state, and is no two threads'
            mac.init(key);
            return (ByteBuffer.wrap(mac.doFinal(id.bytes())).getLong() >>> 11) * 0x1.0p-53;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("Every Java platform has " + HMAC + ", with keys of any length", e);
        }
    }
}
