package io.freshet.ingest;

import java.time.Duration;

/**
 * How long an image counts as seen, and what counts as the same image.
 *
 * @param window after an image is kept, in which the same image is dropped; each image kept in it takes some 60 bytes
 *     of local state, and as much in Kafka
 * @param near whether images that were encoded again, resized, or cropped by a twentieth are dropped too. Where all
 *     images look alike to a quick eye, such as gray shapes on black, it drops too many
 * @param images that each partition remembers for that, the latest: some 450 bytes of memory each, and 350 of local
 *     state and in Kafka
 */
public record DeduplicationConfig(Duration window, boolean near, int images) {

    public DeduplicationConfig {
        if (window.toMillis() < 1) {
            throw new IllegalArgumentException("deduplication.window must be longer than nothing, not " + window);
        }
        if (images < 1) {
            throw new IllegalArgumentException("deduplication.images must be at least 1, not " + images);
        }
    }

    /** Seven days, as long as the traffic itself is kept, and 50,000 images a partition for copies that differ. */
    public static DeduplicationConfig defaults() {
        return new DeduplicationConfig(Duration.ofDays(7), true, 50_000);
    }
}
