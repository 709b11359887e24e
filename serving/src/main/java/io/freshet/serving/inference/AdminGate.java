package io.freshet.serving.inference;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Lets those in who may change what is served: they bring the configured token. Thread safe. */
public final class AdminGate {

    private static final String SCHEME = "Bearer ";

    private final Optional<byte[]> token;

    /** @param token empty if nobody may */
    public AdminGate(Optional<String> token) {
        this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws RefusedException if the request does not bring the token, or there is none */
    public void check(RequestHeaders.Headers headers) throws RefusedException {
        byte[] expected = token.orElseThrow(() -> new RefusedException(Failure.of(
                403,
                "This replica takes no such calls: set serving.adminToken, and send it as Authorization: Bearer")));
        String given = headers.get("authorization");
        if (given == null || !given.startsWith(SCHEME)) {
            throw new RefusedException(Failure.of(401, "This call needs the header Authorization: Bearer TOKEN"));
        }
        // In constant time, or the time taken would tell how much of a guess is right.
        byte[] brought = given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(brought, expected)) {
            throw new RefusedException(Failure.of(401, "The token is not this replica's serving.adminToken"));
        }
    }
}
