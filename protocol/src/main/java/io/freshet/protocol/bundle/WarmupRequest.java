package io.freshet.protocol.bundle;

import java.util.Optional;

/**
 * An image that a model is warmed with.
 *
 * @param image {@code [height, width, channels] uint8}, not to be changed
 * @param probabilities {@code [classes]} that the model gave for it where it was made, if the bundle says, not to be
 *     changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WarmupRequest(byte[] image, Optional<float[]> probabilities) {

    /** An image whose answer is not known. */
    public static WarmupRequest plain(byte[] image) {
        return new WarmupRequest(image, Optional.empty());
    }

    /** An image and what the model gave for it. */
    public static WarmupRequest golden(byte[] image, float[] probabilities) {
        return new WarmupRequest(image, Optional.of(probabilities));
    }
}
