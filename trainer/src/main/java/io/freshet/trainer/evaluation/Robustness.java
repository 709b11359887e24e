package io.freshet.trainer.evaluation;

import io.freshet.trainer.evaluation.corruption.Corruption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a model holds up as the camera wears, at five severities of each corruption (after Hendrycks & Dietterich,
 * 1903.12261, section 4).
 *
 * @param images that were judged at each severity
 * @param severities of 0 (nothing) to 1 (next to nothing can be seen), as {@link Corruption} states them
 * @param clean accuracy on the same images as they were
 * @param corruptions each with its accuracies
 * @param meanAccuracy over corruptions and severities
 * @param relativeError mean over the corruptions of theirs; absent where there is no baseline
 */
public record Robustness(
        int images,
        List<Double> severities,
        double clean,
        List<Corrupted> corruptions,
        double meanAccuracy,
        Optional<Double> relativeError) {

    /** Level 1 is what an eye just sees, level 5 what it can mostly still name. */
    public static final List<Double> SEVERITIES = List.of(.1, .2, .3, .45, .6);

    /**
     * One corruption.
     *
     * @param accuracies at each severity
     * @param relativeError errors over all severities, as a share of the baseline's: below 1 it holds up better. Absent
     *     where there is no baseline, or it makes no errors
     */
    public record Corrupted(Corruption corruption, List<Double> accuracies, Optional<Double> relativeError) {

        public Corrupted {
            accuracies = List.copyOf(accuracies);
        }

        private double errors() {
            return accuracies.stream().mapToDouble(accuracy -> 1 - accuracy).sum();
        }
    }

    public Robustness {
        severities = List.copyOf(severities);
        corruptions = List.copyOf(corruptions);
    }

    /** @param accuracies of each corruption, at each of the {@link #SEVERITIES} */
    public static Robustness of(int images, double clean, Map<Corruption, List<Double>> accuracies) {
        List<Corrupted> corruptions = accuracies.entrySet().stream()
                .map(entry -> new Corrupted(entry.getKey(), entry.getValue(), Optional.empty()))
                .toList();
        double mean = corruptions.stream()
                .flatMap(corrupted -> corrupted.accuracies().stream())
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
        return new Robustness(images, SEVERITIES, clean, corruptions, mean, Optional.empty());
    }

    /** The same, with the errors that a baseline makes on the same images beside it. */
    public Robustness against(Robustness baseline) {
        List<Corrupted> related = new ArrayList<>();
        for (int i = 0; i < corruptions.size(); i++) {
            Corrupted own = corruptions.get(i);
            double errors = baseline.corruptions.get(i).errors();
            related.add(new Corrupted(
                    own.corruption(),
                    own.accuracies(),
                    errors > 0 ? Optional.of(own.errors() / errors) : Optional.empty()));
        }
        double[] known = related.stream()
                .flatMap(corrupted -> corrupted.relativeError().stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        Optional<Double> mean = known.length == 0
                ? Optional.empty()
                : Optional.of(Arrays.stream(known).average().orElseThrow());
        return new Robustness(images, severities, clean, related, meanAccuracy, mean);
    }
}
