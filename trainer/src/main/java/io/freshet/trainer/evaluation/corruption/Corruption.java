package io.freshet.trainer.evaluation.corruption;

import io.freshet.protocol.bundle.ImageShape;
import io.freshet.trainer.data.LabeledImages;
import java.util.SplittableRandom;

/**
 * What can become of a camera, after the corruptions of Hendrycks & Dietterich (1903.12261, section 3): none of these is
 * among the augmentations that networks are trained with. Each takes a severity in 0 (nothing) to 1 (next to nothing can
 * be seen), and grows with it. Lengths are in pixels of the image that the model takes.
 */
public enum Corruption {
    /** A soft lens: Gaussian blur with a deviation of up to 4 pixels. */
    BLUR,

    /** A camera that moves: the mean along a slanted line of up to 14 pixels. */
    MOTION,

    /** Too little light: Gaussian noise on each value, with a deviation of up to .6. */
    SENSOR_NOISE,

    /** Pixels that are stuck at black or white, other ones in each image, up to 60% of them. */
    STUCK_PIXELS,

    /** A tone curve that darkens the middle tones: an exponent of up to 9. */
    GAMMA,

    /** Stray light that grows from one corner to the opposite one, and drowns the scene there. */
    UNEVEN_LIGHT,

    /** Haze of a colour, or a gray where there are no colours, that hides up to all of the scene. */
    TINTED_HAZE,

    /** JPEG, from quality 60 down to 1. */
    JPEG,

    /** Fewer pixels, down to a sixth of each side. */
    PIXELATION,

    /** Bright and dark scratches across the picture, up to 16 of them, other ones in each image. */
    SCRATCHES;

    /**
     * Images as such a camera takes them, with their ids and labels: the same for the same seed.
     *
     * @param images {@code [height, width, channels] uint8} of the shape
     * @param severity 0 to 1
     * @param seed below 2^32
     */
    public LabeledImages apply(LabeledImages images, ImageShape shape, double severity, long seed) {
        LabeledImages seen = new LabeledImages(shape.size());
        for (int i = 0; i < images.size(); i++) {
            Picture scene = Picture.of(images.images().get(i), shape.height(), shape.width(), shape.channels());
            SplittableRandom random = new SplittableRandom(seed << 32 | i);
            seen.add(images.id(i), apply(scene, severity, random).toBytes(), images.label(i));
        }
        return seen;
    }

    /**
     * A picture as such a camera takes it; the scene stays as it is. Thread safe.
     *
     * @param severity 0 to 1; 0 gives the scene itself
     * @param random decides what differs from image to image
     */
    public Picture apply(Picture scene, double severity, SplittableRandom random) {
        if (severity == 0) {
            return scene;
        }
        return switch (this) {
            case BLUR -> Optics.blur(scene, 4 * severity);
            case MOTION -> Optics.motion(scene, 14 * severity);
            case SENSOR_NOISE -> Sensor.noise(scene, .6 * severity, random);
            case STUCK_PIXELS -> Sensor.stuckPixels(scene, .6 * severity, random);
            case GAMMA -> Optics.gamma(scene, Math.pow(9, severity));
            case UNEVEN_LIGHT -> Optics.unevenLight(scene, severity);
            case TINTED_HAZE -> Optics.haze(scene, severity);
            case JPEG -> Sensor.jpeg(scene, (float) (.6 - .59 * severity));
            case PIXELATION -> Sensor.pixelate(scene, 1 + 5 * severity);
            case SCRATCHES -> Sensor.scratches(scene, 16 * severity, random);
        };
    }
}
