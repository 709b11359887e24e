package io.freshet.protocol.bundle;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A model's answers beside those that it gave for the same images where it was made.
 *
 * @param images compared
 * @param largestDifference of one probability
 * @param changed images whose most probable class is another
 */
public record GoldenAnswers(int images, double largestDifference, int changed) {

    /**
     * Compares answers.
     *
     * @param expected each {@code [classes]} probabilities
     * @param actual for the same images, in their order
     * @throws IllegalArgumentException if there are not as many, or not of as many classes
     */
    public static GoldenAnswers compare(List<float[]> expected, List<float[]> actual) {
        if (expected.size() != actual.size()) {
            throw new IllegalArgumentException(expected.size() + " answers are expected, not " + actual.size());
        }
        double largest = 0;
        int changed = 0;
        for (int i = 0; i < expected.size(); i++) {
            float[] wanted = expected.get(i);
            float[] given = actual.get(i);
            largest = Math.max(largest, difference(wanted, given));
            changed += top(wanted) == top(given) ? 0 : 1;
        }
        return new GoldenAnswers(expected.size(), largest, changed);
    }

    private static double difference(float[] wanted, float[] given) {
        if (wanted.length != given.length) {
            throw new IllegalArgumentException(
                    "Its expected answers are of " + wanted.length + " classes, its answers of " + given.length);
        }
        double largest = 0;
        for (int label = 0; label < wanted.length; label++) {
            largest = Math.max(largest, Math.abs(wanted[label] - given[label])); // NaN stays
        }
        return largest;
    }

    private static int top(float[] probabilities) {
        int top = 0;
        for (int label = 1; label < probabilities.length; label++) {
            top = probabilities[label] > probabilities[top] ? label : top;
        }
        return top;
    }

    /** What lies beyond the tolerance, for people; empty if nothing does. */
    public Optional<String> fault(GoldenTolerance tolerance) {
        if (!(largestDifference <= tolerance.maxDifference())) { // and so for NaN
            return Optional.of(String.format(
                    Locale.ROOT,
                    "It does not answer as it did where it was made: a probability differs by %.3f, and %.3f is allowed",
                    largestDifference,
                    tolerance.maxDifference()));
        }
        if (changed > tolerance.maxChanged() * images) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "It does not answer as it did where it was made: the most probable class of %d of %d images is"
                            + " another, and %.0f%% are allowed",
                    changed,
                    images,
                    100 * tolerance.maxChanged()));
        }
        return Optional.empty();
    }
}
