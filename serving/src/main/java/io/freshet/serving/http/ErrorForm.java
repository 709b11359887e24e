package io.freshet.serving.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.serving.inference.Failure;
import java.util.Optional;

/** How a failure is written. */
enum ErrorForm {

    /** Problem details (RFC 9457). */
    PROBLEM("application/problem+json"),

    /** {@code {"error": "..."}}, as TensorFlow Serving and the Open Inference Protocol have it. */
    ERROR(Json.CONTENT_TYPE);

    private record Problem(
            String type,
            String title,
            int status,
            String detail,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> reason) {

        static Problem of(Failure failure) {
            String type =
                    failure.reason().map(code -> "urn:freshet:problem:" + code).orElse("about:blank");
            return new Problem(
                    type, Refusals.title(failure.status()), failure.status(), failure.detail(), failure.reason());
        }
    }

    private record Message(String error) {}

    private final String contentType;

    ErrorForm(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    byte[] write(Failure failure) {
        return Json.write(
                switch (this) {
                    case PROBLEM -> Problem.of(failure);
                    case ERROR -> new Message(failure.detail());
                });
    }
}
