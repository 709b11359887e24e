package io.freshet.serving.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pair of Ed25519 keys: the example of RFC 8410, in section 10.3. */
public final class TestKeys {

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
}
