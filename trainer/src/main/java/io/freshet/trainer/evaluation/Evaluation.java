package io.freshet.trainer.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a model does on labeled images that it was not trained on.
 *
 * @param classes names, in the order of their indices
 * @param perClass in that order
 * @param confusion {@code [truth][said]}: how many images of a class the model says are of each
 * @param calibration of the probabilities as they are served
 * @param scaled with the fitted temperature; absent where no images were there to fit it
 */
public record Evaluation(
        int images,
        Accuracy accuracy,
        List<String> classes,
        List<ClassScore> perClass,
        List<List<Integer>> confusion,
        Calibration calibration,
        Optional<Scaled> scaled) {

    /**
     * Calibration after temperature scaling.
     *
     * @param temperature fitted on images that do not judge
     */
    public record Scaled(double temperature, Calibration calibration) {}

    public Evaluation {
        classes = List.copyOf(classes);
        perClass = List.copyOf(perClass);
        confusion = List.copyOf(confusion);
    }

    /**
     * Evaluates what a model said.
     *
     * @param answers for images with their true classes; there must be one
     * @param temperature fitted on other images
     */
    public static Evaluation of(List<String> classes, Answers answers, Optional<Double> temperature) {
        int[][] confusion = new int[classes.size()][classes.size()];
        int right = 0;
        for (int image = 0; image < answers.images(); image++) {
            confusion[answers.truth(image)][answers.label(image)]++;
            right += answers.isRight(image) ? 1 : 0;
        }
        return new Evaluation(
                answers.images(),
                Accuracy.of(right, answers.images()),
                classes,
                perClass(classes, confusion),
                IntStream.range(0, classes.size())
                        .mapToObj(row -> IntStream.of(confusion[row]).boxed().toList())
                        .toList(),
                Calibration.of(answers),
                temperature.map(t -> new Scaled(t, Calibration.of(answers, t))));
    }

    private static List<ClassScore> perClass(List<String> classes, int[][] confusion) {
        List<ClassScore> scores = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            int said = 0;
            for (int[] row : confusion) {
                said += row[label];
            }
            int support = IntStream.of(confusion[label]).sum();
            int found = confusion[label][label];
            scores.add(new ClassScore(classes.get(label), support, share(found, said), share(found, support)));
        }
        return scores;
    }

    private static Optional<Double> share(int part, int whole) {
        return whole == 0 ? Optional.empty() : Optional.of((double) part / whole);
    }
}
