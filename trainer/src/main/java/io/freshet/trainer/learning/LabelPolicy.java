package io.freshet.trainer.learning;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How a teacher's answers become pseudo-labels (Xie et al., 1911.04252, section 2): soft, sharpened, filtered by
 * confidence, and balanced over classes.
 *
 * @param temperature below 1 sharpens the distributions, 1 leaves them
 * @param minConfidence images whose most probable class has less before sharpening are not learned from, in [0, 1)
 * @param balance how far classes are brought to equal shares of the batches, by drawing images of rare classes more
 *     often: 0 leaves the shares as they are, 1 makes them equal
 */
public record LabelPolicy(double temperature, double minConfidence, double balance) {

    public LabelPolicy {
        if (!(temperature > 0 && temperature <= 10)) {
            throw new IllegalArgumentException("The temperature must lie in (0, 10], not at " + temperature);
        }
        if (!(minConfidence >= 0 && minConfidence < 1)) {
            throw new IllegalArgumentException("The least confidence must lie in [0, 1), not at " + minConfidence);
        }
        if (!(balance >= 0 && balance <= 1)) {
            throw new IllegalArgumentException("The balance must lie in [0, 1], not at " + balance);
        }
    }

    /** @param probabilities of the teacher, {@code [count, classes]}, row by row */
    public PseudoLabels apply(int classes, float[] probabilities) {
        float[] sharpened = new float[probabilities.length];
        int count = probabilities.length / classes;
        boolean[] sure = new boolean[count];
        for (int image = 0; image < count; image++) {
            float[] answer = Arrays.copyOfRange(probabilities, image * classes, (image + 1) * classes);
            sure[image] = isSure(answer);
            System.arraycopy(sharpen(answer), 0, sharpened, image * classes, classes);
        }
        int[] kept = IntStream.range(0, count).filter(image -> sure[image]).toArray();
        return new PseudoLabels(classes, sharpened, kept);
    }

    /** {@code p^(1/T)}, made to sum to 1 (Xie et al., UDA, 1904.12848, section 3.2). */
    float[] sharpen(float[] answer) {
        float[] sharpened = new float[answer.length];
        double sum = 0;
        for (int i = 0; i < answer.length; i++) {
            double value = Math.pow(answer[i], 1 / temperature);
            sharpened[i] = (float) value;
            sum += value;
        }
        for (int i = 0; i < answer.length; i++) {
            sharpened[i] = (float) (sharpened[i] / sum);
        }
        return sharpened;
    }

    /** Whether an answer has the least confidence. */
    boolean isSure(float[] answer) {
        float highest = 0;
        for (float value : answer) {
            highest = Math.max(highest, value);
        }
        return highest >= minConfidence;
    }
}
