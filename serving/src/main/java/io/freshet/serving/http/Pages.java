package io.freshet.serving.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Writes answers that need no more than the event loop. */
final class Pages {

    private Pages() {}

    /** @param content written as JSON */
    static void write(RoutingContext context, int status, Object content) {
        write(context, status, "application/json", Json.write(content));
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
            context.response().putHeader("Retry-After", "1");
        }
        write(context, failure.status(), form.contentType(), form.write(failure));
    }

    static void write(RoutingContext context, int status, String contentType, byte[] body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", contentType)
                .end(Buffer.buffer(body));
    }
}
