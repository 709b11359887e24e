package io.freshet.trainer.evaluation;

/**
 * Temperature scaling (Guo et al., 1706.04599, section 4.2): logits are divided by one number, which changes how sure a
 * model is and never what it says. Logits are taken from the probabilities, whose logarithms they are but for a constant
 * that the softmax takes away again.
 */
public final class Temperature {

    private static final double LOWEST = .05;
    private static final double HIGHEST = 20;
    private static final int BISECTIONS = 60;

    private Temperature() {}

    /**
     * The temperature at which the mean negative log-likelihood is least, in [{@value #LOWEST}, {@value #HIGHEST}]; a
     * model that is always right, or never unsure, would want an end of it.
     *
     * @param answers for one image or more that judge nothing, with their true classes
     */
    public static double fit(Answers answers) {
        // The likelihood is concave in 1/T, so that its slope has one root.
        double low = 1 / HIGHEST;
        double high = 1 / LOWEST;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = Math.sqrt(low * high);
            if (slope(answers, middle) < 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return 1 / Math.sqrt(low * high);
    }

    /** Of the negative log-likelihood by 1/T: the mean logit under the model less that of the true class. */
    private static double slope(Answers answers, double inverse) {
        double slope = 0;
        for (int image = 0; image < answers.images(); image++) {
            float[] probabilities = answers.probabilities(image);
            double[] softened = soften(probabilities, 1 / inverse);
            for (int label = 0; label < softened.length; label++) {
                slope += softened[label] * logit(probabilities[label]);
            }
            slope -= logit(probabilities[answers.truth(image)]);
        }
        return slope;
    }

    /** A distribution at a temperature: at 1 as it is, above less sure, below more. */
    public static double[] soften(float[] probabilities, double temperature) {
        double[] softened = new double[probabilities.length];
        double highest = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < softened.length; label++) {
            softened[label] = logit(probabilities[label]) / temperature;
            highest = Math.max(highest, softened[label]);
        }
        double sum = 0;
        for (int label = 0; label < softened.length; label++) {
            softened[label] = Math.exp(softened[label] - highest);
            sum += softened[label];
        }
        for (int label = 0; label < softened.length; label++) {
            softened[label] /= sum;
        }
        return softened;
    }

    /** What a softmax in 32 bits has rounded to nothing was at most so much. */
    private static double logit(float probability) {
        return Math.log(Math.max(probability, Float.MIN_VALUE));
    }
}
