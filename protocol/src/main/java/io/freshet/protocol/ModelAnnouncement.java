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
 * @param withdrawn the version that serving found wanting, if that is why this one comes back
 * @param traceParent the trace parent, as W3C writes it, of the round's last step, with whose trace serving goes on; empty for none
 */
public record ModelAnnouncement(
        ModelVersion model,
        URI location,
        String manifestSha256,
        Instant announcedAt,
        Reason reason,
        Optional<String> roundId,
        Optional<Withdrawn> withdrawn,
        String traceParent) {

    /** An announcement of no trace. */
    public ModelAnnouncement(
            ModelVersion model,
            URI location,
            String manifestSha256,
            Instant announcedAt,
            Reason reason,
            Optional<String> roundId,
            Optional<Withdrawn> withdrawn) {
        this(model, location, manifestSha256, announcedAt, reason, roundId, withdrawn, "");
    }

    /** An announcement that withdraws nothing, of no trace. */
    public ModelAnnouncement(
            ModelVersion model,
            URI location,
            String manifestSha256,
            Instant announcedAt,
            Reason reason,
            Optional<String> roundId) {
        this(model, location, manifestSha256, announcedAt, reason, roundId, Optional.empty());
    }

    /** Why a version goes into service. */
    public enum Reason {
        PROMOTED,
        ROLLED_BACK
    }

    /**
     * A version that did not hold up under traffic.
     *
     * @param why for people
     */
    public record Withdrawn(long version, String why) {}

    /** The same, of a trace. */
    public ModelAnnouncement withTraceParent(String parent) {
        return new ModelAnnouncement(model, location, manifestSha256, announcedAt, reason, roundId, withdrawn, parent);
    }

    /** Whether both stand for the same files of the same version. */
    public boolean isSameBundleAs(ModelAnnouncement other) {
        return model.equals(other.model) && manifestSha256.equals(other.manifestSha256);
    }
}
