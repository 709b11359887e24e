package io.freshet.ingest;

/**
 * Which images are drawn into the audit sample.
 *
 * @param share of all images, 0 to 1
 * @param salt decides which: every ingest process must have the same. A private one keeps strangers from making images
 *     that are sure to be in the sample, or out of it; changing it draws a new sample
 */
public record AuditConfig(double share, String salt) {

    /** The salt of those who configure none: it stands here for all to read. */
    public static final String PUBLIC_SALT = "freshet-audit-1";

    public AuditConfig {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("audit.share is a share of all images, 0 to 1, not " + share);
        }
        if (salt.isBlank()) {
            throw new IllegalArgumentException("audit.salt must not be empty: any text does, the longer the better");
        }
    }

    /** One image in fifty, by the public salt. */
    public static AuditConfig defaults() {
        return new AuditConfig(.02, PUBLIC_SALT);
    }

    /** Without the salt, which may be a secret. */
    @Override
    public String toString() {
        return "AuditConfig[share=" + share + "]";
    }
}
