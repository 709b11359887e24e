package io.freshet.serving.inference;

import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a prediction request's headers, or its gRPC metadata, say of it. */
public final class RequestHeaders {

    public static final String REQUEST_ID = "x-request-id";
    public static final String SOURCE = "freshet-source";
    public static final String SUBJECT = "freshet-subject";
    public static final String CAPTURE = "freshet-capture";

    /** Who asks: one version answers all requests of a client while another is on trial. */
    public static final String ROUTING_KEY = "freshet-routing-key";

    /** In the answer: which version it comes from. */
    public static final String MODEL_VERSION = "freshet-model-version";

    /** Headers by name, whatever the case. */
    public interface Headers {

        @Nullable
        String get(String name);
    }

    /** What becomes an event's id, and stands in logs. */
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private static final int LONGEST_SOURCE = 256;

    /** What comes back from Kafka as it went in, whatever the protocol takes a header's bytes for. */
    private static final Pattern SUBJECT_NAME = Pattern.compile("[\\x20-\\x7e]{0,256}");

    private RequestHeaders() {}

    /** The client's own id, or else a new one. */
    public static String requestId(Headers headers) {
        return header(headers, REQUEST_ID)
                .filter(id -> ID.matcher(id).matches())
                .orElseGet(() -> UUID.randomUUID().toString());
    }

    /**
     * Whose images they are.
     *
     * @param defaultSource where the client names none
     * @throws RefusedException if the source or the subject that the client names can be none
     */
    public static Provenance provenance(Headers headers, String requestId, String defaultSource)
            throws RefusedException {
        String source = header(headers, SOURCE).orElse(defaultSource);
        if (source.length() > LONGEST_SOURCE || !CaptureConfig.isSource(source)) {
            throw RefusedException.malformed("Freshet-Source must be a URI reference");
        }
        String subject = header(headers, SUBJECT).map(String::strip).orElse("");
        if (!SUBJECT_NAME.matcher(subject).matches()) {
            throw RefusedException.malformed("Freshet-Subject must be ASCII, and at most 256 characters");
        }
        boolean captured = header(headers, CAPTURE)
                .filter(word -> word.equalsIgnoreCase("off"))
                .isEmpty();
        // Without a word on who it is, each request is a client of its own.
        String routingKey =
                header(headers, ROUTING_KEY).or(() -> header(headers, SOURCE)).orElse(requestId);
        return new Provenance(requestId, source, subject, captured, routingKey);
    }

    private static Optional<String> header(Headers headers, String name) {
        return Optional.ofNullable(headers.get(name));
    }
}
