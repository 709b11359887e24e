package io.freshet.serving.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The OpenAPI description of what is served. */
final class Description {

    private static final String RESOURCE = "openapi.json";

    private Description() {}

    static byte[] read() {
        try (InputStream in = Description.class.getResourceAsStream(RESOURCE)) {
            return Objects.requireNonNull(in, RESOURCE).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
