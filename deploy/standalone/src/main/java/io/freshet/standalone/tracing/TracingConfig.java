package io.freshet.standalone.tracing;

import java.net.URI;
import java.util.Optional;

/**
 * Where traces go.
 *
 * @param endpoint of a collector that takes OTLP over HTTP, as in {@code http://collector:4318}; a path other than
 *     OTLP's own is taken as it is. Where it is not set, there are no traces
 * @param sampleRatio share of the traces that are kept, of those that begin here; of one that a client has begun, the
 *     client decides, and rounds are always kept
 */
public record TracingConfig(Optional<URI> endpoint, double sampleRatio) {

    private static final String PATH = "/v1/traces";

    public TracingConfig {
        if (!(sampleRatio >= 0 && sampleRatio <= 1)) {
            throw new IllegalArgumentException("sampleRatio must lie in 0 to 1, not at " + sampleRatio);
        }
        endpoint.ifPresent(TracingConfig::requireHttp);
    }

    private static void requireHttp(URI endpoint) {
        boolean http = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!http || endpoint.getHost() == null) {
            throw new IllegalArgumentException(
                    "endpoint must be the address of a collector, as in http://collector:4318, not '" + endpoint + "'");
        }
    }

    /** No traces. */
    public static TracingConfig defaults() {
        return new TracingConfig(Optional.empty(), .1);
    }

    /** Where spans are sent. */
    Optional<URI> target() {
        return endpoint.map(base -> {
            String path = base.getPath();
            return path.isEmpty() || path.equals("/") ? base.resolve(PATH) : base;
        });
    }
}
