package io.freshet.trainer.tuning;

import io.freshet.engine.Classifier;
import io.freshet.trainer.data.LabeledImages;
import io.freshet.trainer.evaluation.Answers;
import io.freshet.trainer.evaluation.Evaluator;

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

    static BrierScore of(Classifier classifier, LabeledImages sample) {
        Answers answers = Evaluator.ask(classifier, sample);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < answers.images(); i++) {
            double distance = distance(answers.probabilities(i), answers.truth(i));
            sum += distance;
            squares += distance * distance;
        }
        double mean = sum / sample.size();
        double variance = Math.max(0, squares / sample.size() - mean * mean);
        return new BrierScore(
                mean, Math.sqrt(variance / sample.size()), answers.verdicts().errors(), sample.size());
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
