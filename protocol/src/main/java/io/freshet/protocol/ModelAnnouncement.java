package io.freshet.protocol;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * The version of a model that shall be in service from now on.
 *
 * @param location where its bundle lies
 * @param manifestSha256 SHA-256 of the bundle's manifest, in hexadecimal: ties the announcement to these files
 * @param roundId the round that made it
 */
public record ModelAnnouncement(
        ModelVersion model,
        URI location,
        String manifestSha256,
        Instant announcedAt,
        Reason reason,
        Optional<String> roundId) {

    /** Why a version goes into service. */
    public enum Reason {
        PROMOTED,
        ROLLED_BACK
    }
}
