package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How served images become traffic.
 *
 * @param share of the requests whose images are captured, in [0, 1], drawn by a hash of the request's id
 * @param maxPerSecond images captured by a replica; 0 for as many as come
 * @param excludedSources CloudEvents sources whose images are never captured
 * @param source CloudEvents source of images whose request names none, a URI reference
 * @param timeout the longest that an answer waits for Kafka, where it waits
 * @param linger how long Kafka's client waits for more images to send together
 * @param bufferBytes of images that wait for Kafka, in all
 * @param sketchSize numbers in an embedding's sketch
 * @param whenAway what becomes of images while Kafka is away
 * @param spoolDirectory where they are spooled, for this process alone
 * @param spoolBytes that they may take there
 * @param images that are too large for a record
 */
public record CaptureConfig(
        CaptureMode mode,
        double share,
        int maxPerSecond,
        List<String> excludedSources,
        String source,
        Duration timeout,
        Duration linger,
        int bufferBytes,
        int sketchSize,
        WhenAway whenAway,
        Path spoolDirectory,
        long spoolBytes,
        LargeImagesConfig images) {

    public CaptureConfig {
        excludedSources = List.copyOf(excludedSources);
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("capture.share must lie in 0 to 1, not at " + share);
        }
        if (maxPerSecond < 0) {
            throw new IllegalArgumentException("capture.maxPerSecond must not be negative: " + maxPerSecond);
        }
        if (spoolBytes < Topics.MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("capture.spoolBytes must hold the largest record, "
                    + Topics.MAX_RECORD_BYTES + ", and is " + spoolBytes);
        }
        if (!isSource(source)) {
            throw new IllegalArgumentException("capture.source must be a URI reference, not '" + source + "'");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("capture.timeout must be positive, not " + timeout);
        }
        if (linger.isNegative() || linger.compareTo(timeout) >= 0) {
            throw new IllegalArgumentException(
                    "capture.linger must be shorter than capture.timeout (" + timeout + "), not " + linger);
        }
        if (bufferBytes < Topics.MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("capture.bufferBytes must hold the largest record, "
                    + Topics.MAX_RECORD_BYTES + ", and is " + bufferBytes);
        }
        if (sketchSize < 1) {
            throw new IllegalArgumentException("capture.sketchSize must be positive, not " + sketchSize);
        }
    }

    /** All images, asynchronous, at most 64 MiB waiting, sketches of 16 numbers, dropped while Kafka is away. */
    public static CaptureConfig defaults() {
        return new CaptureConfig(
                CaptureMode.ASYNC,
                1,
                0,
                List.of(),
                "freshet-serving",
                Duration.ofSeconds(5),
                Duration.ofMillis(2),
                64 << 20,
                16,
                WhenAway.DROP,
                Path.of("data", "capture"),
                1L << 30,
                LargeImagesConfig.defaults());
    }

    /** Whether CloudEvents takes it for a source: a URI reference that is not empty. */
    public static boolean isSource(String source) {
        try {
            return !source.isEmpty() && !new URI(source).toString().isEmpty();
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
