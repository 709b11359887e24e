package io.freshet.protocol.bundle;

/**
 * The images that a model takes: {@code [height, width, channels] uint8}, values 0 to 255 as decoded; the model itself
 * does what scaling it needs.
 *
 * @param channels 1 (gray) or 3 (RGB)
 */
public record ImageShape(int height, int width, int channels) {

    public ImageShape {
        if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException(
                    "Images have positive sides and 1 or 3 channels, not " + height + "x" + width + "x" + channels);
        }
    }

    /** Bytes of one image. */
    public int size() {
        return height * width * channels;
    }

    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
