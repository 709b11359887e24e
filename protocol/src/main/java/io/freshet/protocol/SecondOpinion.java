package io.freshet.protocol;

/**
 * What a version on trial said of an image that the one in service had answered.
 *
 * @param version on trial, of the same model
 * @param label the most probable class, by name
 * @param confidence its probability
 */
public record SecondOpinion(long version, String label, float confidence) {

    /**
     * How far it lies from the first opinion: 1 where the two name different classes, else the distance of their
     * confidences; 0 to 1, NaN where a confidence is.
     */
    public float disagreement(String firstLabel, float firstConfidence) {
        return label.equals(firstLabel) ? Math.clamp(Math.abs(confidence - firstConfidence), 0, 1) : 1;
    }
}
