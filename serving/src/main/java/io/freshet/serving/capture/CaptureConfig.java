package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * How served images become traffic.
 *
 * @param source CloudEvents source of images whose request names none, a URI reference
 * @param timeout the longest that an answer waits for Kafka, where it waits
 * @param linger how long Kafka's client waits for more images to send together
 * @param bufferBytes of images that wait for Kafka, in all
 * @param sketchSize numbers in an embedding's sketch
 */
public record CaptureConfig(
        CaptureMode mode, String source, Duration timeout, Duration linger, int bufferBytes, int sketchSize) {

    public CaptureConfig {
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

    /** Asynchronous, at most 64 MiB waiting, sketches of 16 numbers. */
    public static CaptureConfig defaults() {
        return new CaptureConfig(
                CaptureMode.ASYNC, "freshet-serving", Duration.ofSeconds(5), Duration.ofMillis(2), 64 << 20, 16);
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
