package io.freshet.serving.inference;

import io.freshet.protocol.image.DecodeLimits;
import java.time.Duration;

/**
 * What clients may cost.
 *
 * @param maxRequests predictions under way at once; one beyond them is turned away
 * @param maxBodyBytes of one request, unpacked where it is compressed
 * @param maxBodyBytesInAll of the requests under way
 * @param maxImages in one request
 * @param image what an encoded image may cost
 * @param idleTimeout after which a connection on which nothing moves is closed
 */
public record LimitsConfig(
        int maxRequests,
        int maxBodyBytes,
        long maxBodyBytesInAll,
        int maxImages,
        DecodeLimits image,
        Duration idleTimeout) {

    public LimitsConfig {
        if (maxRequests < 1 || maxBodyBytes < 1 || maxImages < 1) {
            throw new IllegalArgumentException("limits.maxRequests, maxBodyBytes and maxImages must be positive");
        }
        if (maxBodyBytesInAll < maxBodyBytes) {
            throw new IllegalArgumentException("limits.maxBodyBytesInAll must hold one body of " + maxBodyBytes
                    + " bytes, and is " + maxBodyBytesInAll);
        }
        if (idleTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("limits.idleTimeout must be at least a second, not " + idleTimeout);
        }
    }

    /** 1,024 requests of 16 MiB each and 256 MiB together, 256 images in one, a minute idle. */
    public static LimitsConfig defaults() {
        return new LimitsConfig(1_024, 16 << 20, 256L << 20, 256, DecodeLimits.DEFAULT, Duration.ofMinutes(1));
    }
}
