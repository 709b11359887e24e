package io.freshet.protocol.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * The signature over a bundle's manifest, and with it over all files, in a file beside it with one line: {@code ed25519},
 * the id of the key, and the signature in base64.
 *
 * @param bytes 64
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BundleSignature(KeyId key, byte[] bytes) {

    static final String NAME = BundleManifest.NAME + ".sig";

    private static final String ALGORITHM = "ed25519";

    /** Signs the manifest that lies in the folder. */
    static void write(Path folder, SigningKey key) throws IOException {
        byte[] signature = key.sign(Files.readAllBytes(folder.resolve(BundleManifest.NAME)));
        String line = ALGORITHM + " " + key.id() + " " + Base64.getEncoder().encodeToString(signature) + "\n";
        Files.writeString(folder.resolve(NAME), line);
    }

    /**
     * The signature in a folder; empty if there is none.
     *
     * @throws IllegalArgumentException if the file holds something else
     */
    static Optional<BundleSignature> read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String[] words = Files.readString(file).strip().split(" ", -1);
        if (words.length != 3 || !words[0].equals(ALGORITHM)) {
            throw new IllegalArgumentException("it is not '" + ALGORITHM + "', a key id and base64");
        }
        return Optional.of(
                new BundleSignature(new KeyId(words[1]), Base64.getDecoder().decode(words[2])));
    }
}
