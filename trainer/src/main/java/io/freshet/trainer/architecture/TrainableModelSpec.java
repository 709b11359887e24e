package io.freshet.trainer.architecture;

/**
 * What a trainable model is built for.
 *
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param channels 1 (gray) or 3 (RGB)
 * @param classes how many
 * @param mirror whether an image and its mirror image are of one class, as with clothes, and unlike with letters
 * @param replicas of the network among which a step of training shares its batch; they work at the same time, each on a
 *     GPU of its own where there are as many
 */
public record TrainableModelSpec(
        Architecture architecture, int height, int width, int channels, int classes, boolean mirror, int replicas) {

    /** With one replica. */
    public TrainableModelSpec(
            Architecture architecture, int height, int width, int channels, int classes, boolean mirror) {
        this(architecture, height, width, channels, classes, mirror, 1);
    }

    public TrainableModelSpec {
        if (height < 8 || width < 8) {
            throw new IllegalArgumentException("Images must be at least 8x8, not " + width + "x" + height);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("Images have 1 or 3 channels, not " + channels);
        }
        if (classes < 2) {
            throw new IllegalArgumentException("There must be at least 2 classes, not " + classes);
        }
        if (replicas < 1) {
            throw new IllegalArgumentException("A network has at least one replica, not " + replicas);
        }
    }
}
