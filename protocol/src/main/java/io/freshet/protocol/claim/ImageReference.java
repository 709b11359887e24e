package io.freshet.protocol.claim;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What a record of the traffic carries in place of a large image: where it lies, by CloudEvents' {@code dataref} extension
 * (the claim check pattern), and its digest. As a stranger may have written it: a store checks both.
 *
 * @param location URI reference, relative to the store or absolute
 * @param sha256 of the image's bytes, in lower-case hexadecimal
 */
public record ImageReference(String location, String sha256) {

    private static final String LOCATION = "ce_dataref";
    private static final String SHA256 = "ce_freshetsha256";

    /** To an image that lies there. */
    public static ImageReference to(String location, EncodedImage content) {
        return new ImageReference(location, Sha256.hex(content.bytes()));
    }

    /** Whether these are the bytes that it is of. */
    public boolean isOf(byte[] content) {
        return sha256.equals(Sha256.hex(content));
    }

    /** The reference that headers carry; its digest is empty if they have none. */
    public static Optional<ImageReference> read(Headers headers) {
        return text(headers, LOCATION)
                .map(location ->
                        new ImageReference(location, text(headers, SHA256).orElse("")));
    }

    /** Adds the headers that carry it. */
    public void writeTo(Headers headers) {
        headers.add(LOCATION, location.getBytes(StandardCharsets.UTF_8));
        headers.add(SHA256, sha256.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> text(Headers headers, String key) {
        Header header = headers.lastHeader(key);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
