package io.freshet.serving.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import io.freshet.serving.grpc.wire.RetryInfo;
import io.freshet.serving.grpc.wire.Status;
import io.freshet.serving.inference.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * How a call ended.
 *
 * @param code of gRPC
 * @param message for people
 * @param passes whether the same call may succeed a little later
 */
record GrpcStatus(int code, String message, boolean passes) {

    static final int OK = 0;
    static final int CANCELLED = 1;
    static final int INVALID_ARGUMENT = 3;
    static final int NOT_FOUND = 5;
    static final int PERMISSION_DENIED = 7;
    static final int RESOURCE_EXHAUSTED = 8;
    static final int FAILED_PRECONDITION = 9;
    static final int UNIMPLEMENTED = 12;
    static final int INTERNAL = 13;
    static final int UNAVAILABLE = 14;
    static final int UNAUTHENTICATED = 16;

    private static final String HEX = "0123456789ABCDEF";

    static GrpcStatus of(Failure failure) {
        int code = switch (failure.status()) {
            case 400 -> INVALID_ARGUMENT;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> NOT_FOUND;
            case 409 -> FAILED_PRECONDITION;
            // A message is too large for the server, but an image is too large for what it asks.
            case 413 -> failure.reason().isPresent() ? INVALID_ARGUMENT : RESOURCE_EXHAUSTED;
            case 415, 501 -> UNIMPLEMENTED;
            case 429 -> RESOURCE_EXHAUSTED;
            case Failure.CLIENT_CLOSED -> CANCELLED;
            case 503 -> UNAVAILABLE;
            default -> INTERNAL;
        };
        return new GrpcStatus(code, failure.detail(), failure.passes());
    }

    static GrpcStatus unimplemented(String method) {
        return new GrpcStatus(UNIMPLEMENTED, "There is no method " + method, false);
    }

    /** The message as the header {@code grpc-message} takes it: what is not printable ASCII as percent and hex. */
    String encodedMessage() {
        StringBuilder encoded = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.charAt(b >> 4 & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
        return encoded.toString();
    }

    /** For {@code grpc-status-details-bin}: when to try again, if that may help. */
    Optional<String> encodedDetails() {
        if (!passes) {
            return Optional.empty();
        }
        RetryInfo retry = RetryInfo.newBuilder()
                .setRetryDelay(Duration.newBuilder().setSeconds(Failure.RETRY_AFTER.toSeconds()))
                .build();
        Status status = Status.newBuilder()
                .setCode(code)
                .setMessage(message)
                .addDetails(Any.pack(retry))
                .build();
        return Optional.of(Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray()));
    }
}
