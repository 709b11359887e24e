package io.freshet.serving.http;

import io.freshet.serving.inference.Compression;
import io.freshet.serving.inference.RefusedException;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** What HTTP's own headers say of a request, and of its tensors. */
final class Headers {

    static final String JSON_BYTES = "Inference-Header-Content-Length";

    private Headers() {}

    /** Lower case and without parameters; empty if there is none. */
    static String mediaType(HttpServerRequest request) {
        String type = header(request, "Content-Type").orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** Bytes of the body that is to come, if the client says. */
    static Optional<Long> bodyBytes(HttpServerRequest request) {
        try {
            return header(request, "Content-Length").map(Long::valueOf).filter(length -> length >= 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** How the body is packed, as the client says; {@code identity} is not. */
    static Optional<String> contentEncoding(HttpServerRequest request) {
        return header(request, "Content-Encoding").filter(coding -> !coding.equalsIgnoreCase("identity"));
    }

    /** How the answer may be packed. */
    static Optional<Compression> accepted(HttpServerRequest request) {
        return header(request, "Accept-Encoding").flatMap(Compression::accepted);
    }

    /**
     * How much of the body is JSON, where tensors follow it.
     *
     * @throws RefusedException if what the header says is no such number
     */
    static OptionalInt jsonBytes(HttpServerRequest request) throws RefusedException {
        Optional<String> said = header(request, JSON_BYTES);
        if (said.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseUnsignedInt(said.get()));
        } catch (NumberFormatException e) {
            throw RefusedException.malformed(JSON_BYTES + " must be the length of the JSON, not '" + said.get() + "'");
        }
    }

    private static Optional<String> header(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }
}
