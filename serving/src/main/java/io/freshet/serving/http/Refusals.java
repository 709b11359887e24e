package io.freshet.serving.http;

import io.freshet.serving.inference.Failure;
import java.util.List;

/** Failures that only HTTP knows. */
final class Refusals {

    private Refusals() {}

    static Failure notFound(String path) {
        return Failure.of(
                404,
                "There is nothing at " + path + ". There are POST /v1/models/NAME:predict, POST /v2/models/NAME/infer,"
                        + " GET /v1/models/NAME, /v1/models/NAME/metadata, /v2, /v2/models/NAME, /v2/health/ready,"
                        + " /health/live, /health/ready and /metrics; /openapi.json has them all");
    }

    static Failure methodNotAllowed(String method, String path) {
        return Failure.of(405, path + " does not take " + method);
    }

    static Failure unsupportedType(String type, String taken) {
        return Failure.of(415, "Content-Type '" + type + "' is not taken here; " + taken);
    }

    static Failure unsupportedEncoding(String coding) {
        return Failure.of(415, "Content-Encoding '" + coding + "' is not taken here; gzip and deflate are");
    }

    static Failure noVersions(String name) {
        return Failure.of(404, "Could not find any versions of model " + name + " that match");
    }

    static Failure unknownRequest(String id) {
        return Failure.of(404, "No image was captured under request '" + id + "', or it is too long ago for a label");
    }

    static Failure noFeedback() {
        return Failure.of(
                404, "No labels are taken here: serving.capture.mode is OFF, or serving.feedback.remembered is 0");
    }

    static Failure unknownClass(String label, List<String> classes) {
        return Failure.of(400, "There is no class '" + label + "'; the classes are " + String.join(", ", classes));
    }

    static Failure kafkaAway() {
        return Failure.of(503, "Kafka does not answer; try again soon");
    }

    /** What HTTP calls a status. */
    static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 429 -> "Too Many Requests";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }
}
