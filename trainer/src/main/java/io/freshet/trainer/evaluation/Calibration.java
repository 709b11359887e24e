package io.freshet.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a model's confidence is from the share of images that it gets right (Guo et al., 1706.04599, section 2).
 *
 * @param expectedCalibrationError (equation 3) over {@value #BINS} bins of equal width: 0 is perfect
 * @param negativeLogLikelihood mean over the images, in nats
 * @param reliability the bins, lowest confidence first
 */
public record Calibration(
        double expectedCalibrationError, double negativeLogLikelihood, List<ReliabilityBin> reliability) {

    public static final int BINS = 15;

    /**
     * The images whose confidence is in (low, high].
     *
     * @param confidence mean over the images; empty if there are none
     * @param accuracy share that is right; empty if there are none
     */
    public record ReliabilityBin(
            double low, double high, int images, Optional<Double> confidence, Optional<Double> accuracy) {}

    public Calibration {
        reliability = List.copyOf(reliability);
    }

    /** @param answers for one image or more, with their true classes */
    public static Calibration of(Answers answers) {
        return of(answers, 1);
    }

    /** @param temperature by which logits are divided first */
    public static Calibration of(Answers answers, double temperature) {
        int[] images = new int[BINS];
        int[] right = new int[BINS];
        double[] confidence = new double[BINS];
        double loss = 0;
        for (int image = 0; image < answers.images(); image++) {
            double[] probabilities = Temperature.soften(answers.probabilities(image), temperature);
            int label = answers.label(image);
            int bin = bin(probabilities[label]);
            images[bin]++;
            confidence[bin] += probabilities[label];
            right[bin] += label == answers.truth(image) ? 1 : 0;
            loss -= Math.log(Math.max(probabilities[answers.truth(image)], Float.MIN_VALUE));
        }
        double error = 0;
        List<ReliabilityBin> bins = new ArrayList<>();
        for (int bin = 0; bin < BINS; bin++) {
            error += Math.abs(right[bin] - confidence[bin]) / answers.images();
            bins.add(new ReliabilityBin(
                    (double) bin / BINS,
                    (double) (bin + 1) / BINS,
                    images[bin],
                    mean(confidence[bin], images[bin]),
                    mean(right[bin], images[bin])));
        }
        return new Calibration(error, loss / answers.images(), bins);
    }

    private static int bin(double confidence) {
        return Math.clamp((long) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
    }

    private static Optional<Double> mean(double sum, int count) {
        return count == 0 ? Optional.empty() : Optional.of(sum / count);
    }
}
