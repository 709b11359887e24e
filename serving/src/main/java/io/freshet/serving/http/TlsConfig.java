package io.freshet.serving.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * With what the server proves who it is; in clear text where neither is set. The files are read again when they change.
 *
 * @param certificate PEM file of the certificate, and of those between it and its root
 * @param key PEM file of its private key, in PKCS#8
 */
public record TlsConfig(Optional<Path> certificate, Optional<Path> key) {

    public TlsConfig {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls.certificate and tls.key belong together; only one of them is set");
        }
        certificate.ifPresent(file -> requireReadable("tls.certificate", file));
        key.ifPresent(file -> requireReadable("tls.key", file));
    }

    private static void requireReadable(String name, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(name + " cannot be read: " + file);
        }
    }

    /** Clear text. */
    public static TlsConfig none() {
        return new TlsConfig(Optional.empty(), Optional.empty());
    }
}
