package io.freshet.trainer.analysis;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.bundle.ImageShape;
import java.util.OptionalInt;

/**
 * What an analysis says of one image. The arrays belong to the reader.
 *
 * @param pixels {@code [height, width, channels] uint8}, as the model takes them
 * @param label index of the class that people gave it
 * @param distribution what the model says, {@code [classes]}: of an unlabeled image its pseudo-label, sharpened as a round
 *     would; of a labeled one the plain answer of a model that may have learned from it
 * @param confidence the model's probability of the most probable class, not sharpened
 * @param weight what the image counts in a round's batches, where a labeled image counts 1; 0 if it is not sure enough
 * @param embedding the model's penultimate layer
 * @param neighbours what its nearest labeled images say, of other folds and no copies of it, {@code [classes]}
 * @param duplicateGroup the number that it has in common with its copies
 * @param suggestedLabel another class than its label, which it probably is of; empty where the label is not suspected
 * @param margin how much more the neighbours believe in its label than in the next class, -1 to 1; 0 without a label
 * @param distance to its k-th nearest labeled image, between embeddings of length 1, 0 to 2
 * @param pictureDistance the same between small gray pictures, without their brightness and contrast: a small network
 *     may see nothing new in an image of a kind that it was never shown
 * @param outOfDistribution whether it lies further away, in one way or the other, than nearly all held-out labeled images
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record AnalysedImage(
        ImageId id,
        Split split,
        ImageShape shape,
        byte[] pixels,
        OptionalInt label,
        float[] distribution,
        float confidence,
        float weight,
        float[] embedding,
        float[] neighbours,
        OptionalInt duplicateGroup,
        OptionalInt suggestedLabel,
        float margin,
        float distance,
        float pictureDistance,
        boolean outOfDistribution) {

    public boolean isLabelSuspected() {
        return suggestedLabel.isPresent();
    }

    /** The most probable class of the distribution. */
    public int mostProbable() {
        int best = 0;
        for (int i = 1; i < distribution.length; i++) {
            best = distribution[i] > distribution[best] ? i : best;
        }
        return best;
    }

    /** What to learn: the label that people gave it as a distribution of one class, else the pseudo-label. */
    public float[] target() {
        if (label.isEmpty()) {
            return distribution;
        }
        float[] hot = new float[distribution.length];
        hot[label.getAsInt()] = 1;
        return hot;
    }
}
