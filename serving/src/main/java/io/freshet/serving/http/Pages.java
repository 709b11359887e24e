package io.freshet.serving.http;

import io.freshet.serving.inference.Compression;
import io.freshet.serving.inference.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Writes answers that need no more than the event loop. */
final class Pages {

    private Pages() {}

    /** @param content written as JSON */
    static void write(RoutingContext context, int status, Object content) {
        write(context, status, Json.CONTENT_TYPE, Json.write(content));
    }

    /** {@code {"error": "..."}}. */
    static void error(RoutingContext context, Failure failure) {
        write(context, failure, ErrorForm.ERROR);
    }

    /** Problem details. */
    static void problem(RoutingContext context, Failure failure) {
        write(context, failure, ErrorForm.PROBLEM);
    }

    private static void write(RoutingContext context, Failure failure, ErrorForm form) {
        if (failure.passes()) {
            context.response().putHeader("Retry-After", Long.toString(Failure.RETRY_AFTER.toSeconds()));
        }
        write(context, failure.status(), form.contentType(), form.write(failure));
    }

    static void write(RoutingContext context, int status, String contentType, byte[] body) {
        HttpServerResponse response = context.response().setStatusCode(status).putHeader("Content-Type", contentType);
        Optional<Compression> packed = Headers.accepted(context.request()).filter(coding -> isWorthPacking(body));
        packed.ifPresent(compression -> response.putHeader("Content-Encoding", compression.coding()));
        response.end(
                Buffer.buffer(packed.map(compression -> compression.pack(body)).orElse(body)));
    }

    /** Less than this fits into one packet anyway. */
    static boolean isWorthPacking(byte[] body) {
        return body.length > 1_024;
    }
}
