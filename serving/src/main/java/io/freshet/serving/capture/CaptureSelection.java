package io.freshet.serving.capture;

import io.freshet.protocol.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which served images become traffic: those of a share of the requests, drawn by a hash of the request's id so that every
 * replica draws the same; none of the sources that are left out; and no more than so many a second. Thread safe.
 */
final class CaptureSelection {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double share;
    private final Set<String> excludedSources;
    private final int maxPerSecond;
    private final LongSupplier nanoTime;

    /** Images that may go now, a second's worth at most, counted in nanoseconds of the cap. */
    private long credit = SECOND;

    private long creditedAt;

    /**
     * @param maxPerSecond images; 0 for as many as come
     * @param nanoTime as {@link System#nanoTime()}
     */
    CaptureSelection(double share, List<String> excludedSources, int maxPerSecond, LongSupplier nanoTime) {
        this.share = share;
        this.excludedSources = Set.copyOf(excludedSources);
        this.maxPerSecond = maxPerSecond;
        this.nanoTime = nanoTime;
        this.creditedAt = nanoTime.getAsLong();
    }

    /** Why no image of a request becomes traffic; empty if each may. */
    Optional<CaptureOutcome> leftOut(String requestId, String source) {
        if (excludedSources.contains(source)) {
            return Optional.of(CaptureOutcome.EXCLUDED);
        }
        return share >= 1 || uniform(requestId) < share ? Optional.empty() : Optional.of(CaptureOutcome.UNSAMPLED);
    }

    /** Where an id lies among all, in [0, 1). */
    private static double uniform(String requestId) {
        byte[] sum = Sha256.digest().digest(requestId.getBytes(StandardCharsets.UTF_8));
        return (ByteBuffer.wrap(sum).getLong() >>> 11) * 0x1.0p-53;
    }

    /** Whether one more image is within the cap; if so, it counts. */
    synchronized boolean isWithinCap() {
        if (maxPerSecond == 0) {
            return true;
        }
        long now = nanoTime.getAsLong();
        credit = Math.min(SECOND, credit + (now - creditedAt));
        creditedAt = now;
        long cost = SECOND / maxPerSecond;
        if (credit < cost) {
            return false;
        }
        credit -= cost;
        return true;
    }
}
