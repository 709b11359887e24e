package io.freshet.serving.feedback;

/**
 * How long a label may come after the answer.
 *
 * @param remembered captured images, of all replicas, that a label may still come for, at some 150 bytes each; 0 to take
 *     no labels
 */
public record FeedbackConfig(int remembered) {

    public FeedbackConfig {
        if (remembered < 0) {
            throw new IllegalArgumentException("feedback.remembered must not be negative: " + remembered);
        }
    }

    /** 200,000 images. */
    public static FeedbackConfig defaults() {
        return new FeedbackConfig(200_000);
    }
}
