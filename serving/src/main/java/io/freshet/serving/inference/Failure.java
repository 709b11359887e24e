package io.freshet.serving.inference;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.serving.model.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a request gets no answer.
 *
 * @param status of HTTP; other protocols have their own words for it
 * @param detail for people
 * @param reason a short code, one of few, where the image is at fault
 */
public record Failure(int status, String detail, Optional<String> reason) {

    /** Whose turn has not come may try again after this. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The client went away; for the metrics, since nobody is there to read it. */
    public static final int CLIENT_CLOSED = 499;

    public static Failure of(int status, String detail) {
        return new Failure(status, detail, Optional.empty());
    }

    public static Failure badRequest(String detail) {
        return of(400, detail);
    }

    public static Failure unknownModel(String name, List<String> others) {
        return of(404, "There is no model '" + name + "'; in service: " + String.join(", ", others));
    }

    public static Failure otherVersion(String name, Selector wanted, List<ModelVersion> inService) {
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

    public static Failure bodyTooLarge(long most) {
        return of(413, "The body may have " + most + " bytes at most");
    }

    static Failure undecodable(int image, DecodeResult.Refused refused) {
        int status = switch (refused.reason()) {
            case EMPTY, UNKNOWN_FORMAT, TOO_SLOW, UNDECODABLE -> 400;
            case TOO_MANY_BYTES, TOO_LARGE -> 413;
        };
        return new Failure(
                status,
                "Image " + image + ": " + refused.detail(),
                Optional.of(refused.reason().code()));
    }

    public static Failure overloaded() {
        return of(429, "Too many requests are under way; try again soon");
    }

    static Failure internal(String requestId) {
        return of(500, "The prediction failed; the log says why, under request " + requestId);
    }

    public static Failure notReady(String name) {
        return of(503, "No version of '" + name + "' is in service yet");
    }

    /** Whether the same request may succeed a little later. */
    public boolean passes() {
        return status == 429 || status == 503;
    }
}
