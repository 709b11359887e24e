package io.freshet.protocol.bundle;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Key files as {@code openssl} writes them (RFC 7468). */
final class Pem {

    private Pem() {}

    /**
     * The one block of that type in a file.
     *
     * @param type as in {@code PRIVATE KEY}
     * @throws IOException if the file cannot be read, or has no such block
     */
    static byte[] read(Path file, String type) throws IOException {
        Pattern block =
                Pattern.compile("-----BEGIN " + type + "-----\\s+([A-Za-z0-9+/=\\s]+?)-----END " + type + "-----");
        try {
            Matcher found = block.matcher(Files.readString(file));
            if (found.find()) {
                return Base64.getMimeDecoder().decode(found.group(1));
            }
        } catch (NoSuchFileException e) {
            throw new IOException("There is no key file " + file, e);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw wrong(file, type, e);
        }
        throw wrong(file, type, null);
    }

    private static IOException wrong(Path file, String type, @Nullable Exception cause) {
        return new IOException(file + " is no PEM file with a " + type, cause);
    }
}
