package io.freshet.serving.http;

import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** What a prediction request's headers say. */
final class RequestHead {

    static final String REQUEST_ID = "X-Request-Id";
    static final String SOURCE = "Freshet-Source";
    static final String CAPTURE = "Freshet-Capture";
    static final String ROUTING_KEY = "Freshet-Routing-Key";

    /** What becomes an event's id, and stands in logs. */
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private static final int LONGEST_SOURCE = 256;

    private RequestHead() {}

    /** The client's own id, or else a new one. */
    static String requestId(HttpServerRequest request) {
        return header(request, REQUEST_ID)
                .filter(id -> ID.matcher(id).matches())
                .orElseGet(() -> UUID.randomUUID().toString());
    }

    /** Whose images they are; empty if the source that the client names can be none. */
    static Optional<Provenance> provenance(HttpServerRequest request, String requestId, String defaultSource) {
        String source = header(request, SOURCE).orElse(defaultSource);
        if (source.length() > LONGEST_SOURCE || !CaptureConfig.isSource(source)) {
            return Optional.empty();
        }
        boolean captured = header(request, CAPTURE)
                .filter(word -> word.equalsIgnoreCase("off"))
                .isEmpty();
        // Without a word on who it is, each request is a client of its own.
        String routingKey =
                header(request, ROUTING_KEY).or(() -> header(request, SOURCE)).orElse(requestId);
        return Optional.of(new Provenance(requestId, source, captured, routingKey));
    }

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

    private static Optional<String> header(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getHeader(name));
    }
}
