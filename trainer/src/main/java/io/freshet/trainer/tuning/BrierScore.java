package io.freshet.trainer.tuning;

import io.freshet.engine.Classifications;
import io.freshet.engine.Classifier;
import io.freshet.trainer.data.LabeledImages;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How far a model's probabilities are from the truth: the squared distance, summed over classes and averaged over images
 * (Brier, 1950). Of few images it says more than their count of errors, and unlike the log-likelihood no single image can
 * decide.
 *
 * @param mean 0 to 2, the lower the better
 * @param standardError of the mean
 * @param errors images whose most probable class is wrong
 */
public record BrierScore(double mean, double standardError, int errors, int images) {

    private static final int BATCH = 250;

    static BrierScore of(Classifier classifier, LabeledImages sample) {
        ByteBuffer batch = ByteBuffer.allocateDirect(Math.min(BATCH, sample.size()) * classifier.imageSize())
                .order(ByteOrder.nativeOrder());
        double sum = 0;
        double squares = 0;
        int errors = 0;
        for (int from = 0; from < sample.size(); from += BATCH) {
            int count = Math.min(BATCH, sample.size() - from);
            batch.clear();
            for (int i = 0; i < count; i++) {
                sample.images().copyTo(from + i, batch);
            }
            Classifications said = classifier.classify(batch.flip(), count);
            for (int i = 0; i < count; i++) {
                double distance = distance(said.probabilities(i), sample.label(from + i));
                sum += distance;
                squares += distance * distance;
                errors += said.label(i) == sample.label(from + i) ? 0 : 1;
            }
        }
        double mean = sum / sample.size();
        double variance = Math.max(0, squares / sample.size() - mean * mean);
        return new BrierScore(mean, Math.sqrt(variance / sample.size()), errors, sample.size());
    }

    static double distance(float[] probabilities, int truth) {
        double distance = 0;
        for (int label = 0; label < probabilities.length; label++) {
            double difference = probabilities[label] - (label == truth ? 1 : 0);
            distance += difference * difference;
        }
        return distance;
    }
}
