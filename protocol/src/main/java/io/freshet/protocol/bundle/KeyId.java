package io.freshet.protocol.bundle;

import io.freshet.protocol.Sha256;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names a public key by itself: the first 16 digits of what {@code openssl pkey -pubin -in KEY -outform DER | sha256sum}
 * prints.
 *
 * @param hex 16 lower-case hexadecimal digits
 */
public record KeyId(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}");
    private static final int BYTES = 8;

    public KeyId {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("A key id is 16 lower-case hexadecimal digits, not '" + hex + "'");
        }
    }

    static KeyId of(PublicKey key) {
        byte[] sum = Sha256.digest().digest(key.getEncoded());
        return new KeyId(HexFormat.of().formatHex(Arrays.copyOf(sum, BYTES)));
    }

    @Override
    public String toString() {
        return hex;
    }
}
