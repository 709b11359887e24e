package io.freshet.serving.inference;

import io.freshet.protocol.tracing.Tracing;
import io.micrometer.tracing.Span;

/** The spans of prediction requests, as {@link RequestMetrics} are their meters. */
public final class RequestSpans {

    private RequestSpans() {}

    /** Goes on with the client's trace, or begins one. */
    public static Span begin(Tracing tracing, RequestHeaders.Headers headers, Api api, String requestId) {
        return tracing.after(headers, RequestHeaders.Headers::get)
                .name("predict")
                .kind(Span.Kind.SERVER)
                .tag("freshet.api", api.tag())
                .tag("freshet.request.id", requestId)
                .start();
    }

    /** @param status of HTTP, into which those of other protocols are put */
    public static void end(Span span, int status) {
        if (Tracing.isOfTrace(span)) {
            span.tag("http.response.status_code", status).end();
        }
    }
}
