package io.freshet.serving.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** A pair of Ed25519 keys, the example of RFC 8410, in section 10.3; and as many others as a test wants. */
public final class TestKeys {

    /** PEM files. */
    public record Pair(Path privateKey, Path publicKey) {}

    private TestKeys() {}

    public static Path writePrivate(Path file) throws IOException {
        return Files.writeString(file, """
                -----BEGIN PRIVATE KEY-----
                MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
                -----END PRIVATE KEY-----
                """);
    }

    public static Path writePublic(Path file) throws IOException {
        return Files.writeString(file, """
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
                -----END PUBLIC KEY-----
                """);
    }

    /** Writes a new pair to files of a name. */
    public static Pair make(Path folder, String name) throws IOException {
        try {
            KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new Pair(
                    write(folder.resolve(name + ".pem"), "PRIVATE KEY", keys.getPrivate()),
                    write(folder.resolve(name + ".pub"), "PUBLIC KEY", keys.getPublic()));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private static Path write(Path file, String kind, Key key) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
