package io.freshet.serving.http;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.serving.model.Selector;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a request gets no answer.
 *
 * @param status of HTTP
 * @param detail for people
 * @param reason a short code, one of few, where the image is at fault
 */
record Failure(int status, String detail, Optional<String> reason) {

    private static Failure of(int status, String detail) {
        return new Failure(status, detail, Optional.empty());
    }

    static Failure badRequest(String detail) {
        return of(400, detail);
    }

    static Failure unknownModel(String name, List<String> others) {
        return of(404, "There is no model '" + name + "'; in service: " + String.join(", ", others));
    }

    static Failure otherVersion(String name, Selector wanted, List<ModelVersion> inService) {
        String what = switch (wanted) {
            case Selector.InService any -> "A version";
            case Selector.Version version -> "Version " + version.version();
            case Selector.Label label -> "The label '" + label.label() + "'";
        };
        return of(
                404,
                what + " of '" + name + "' is not in service; in service: "
                        + inService.stream().map(ModelVersion::toString).collect(Collectors.joining(", ")));
    }

    static Failure noVersions(String name) {
        return of(404, "Could not find any versions of model " + name + " that match");
    }

    static Failure unknownRequest(String id) {
        return of(404, "No image was captured under request '" + id + "', or it is too long ago for a label");
    }

    static Failure noFeedback() {
        return of(404, "No labels are taken here: serving.capture.mode is OFF, or serving.feedback.remembered is 0");
    }

    static Failure unknownClass(String label, List<String> classes) {
        return badRequest("There is no class '" + label + "'; the classes are " + String.join(", ", classes));
    }

    static Failure kafkaAway() {
        return of(503, "Kafka does not answer; try again soon");
    }

    static Failure notFound(String path) {
        return of(
                404,
                "There is nothing at " + path + ". There are POST /v1/models/NAME:predict, POST /v2/models/NAME/infer,"
                        + " POST /v1/feedback/REQUEST-ID, GET /v1/models/NAME, /v1/models/NAME/metadata, /v2, /v2/models/NAME, /v2/health/ready,"
                        + " /health/live, /health/ready and /metrics");
    }

    static Failure methodNotAllowed(String method, String path) {
        return of(405, path + " does not take " + method);
    }

    static Failure bodyTooLarge(long most) {
        return of(413, "The body may have " + most + " bytes at most");
    }

    static Failure unsupportedType(String type, String taken) {
        return of(415, "Content-Type '" + type + "' is not taken here; " + taken);
    }

    static Failure undecodable(int image, DecodeResult.Refused refused) {
        int status = switch (refused.reason()) {
            case EMPTY, UNKNOWN_FORMAT, UNDECODABLE -> 400;
            case TOO_MANY_BYTES, TOO_LARGE -> 413;
        };
        return new Failure(
                status,
                "Image " + image + ": " + refused.detail(),
                Optional.of(refused.reason().code()));
    }

    static Failure overloaded() {
        return of(429, "Too many requests are under way; try again soon");
    }

    static Failure internal(String requestId) {
        return of(500, "The prediction failed; the log says why, under request " + requestId);
    }

    static Failure notReady(String name) {
        return of(503, "No version of '" + name + "' is in service yet");
    }

    /** Whether the same request may succeed a little later. */
    boolean passes() {
        return status == 429 || status == 503;
    }

    /** What HTTP calls the status. */
    String title() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 429 -> "Too Many Requests";
            case 503 -> "Service Unavailable";
            default -> "Internal Server Error";
        };
    }
}
