package io.freshet.trainer.evaluation;

import java.util.BitSet;
import java.util.List;

/**
 * Which images of a sample a model gets right, so that two models can be compared image by image. Immutable.
 *
 * @param truths index of each image's class
 * @param right the images that the model gets right
 */
public record Verdicts(List<Integer> truths, BitSet right) {

    public Verdicts {
        truths = List.copyOf(truths);
        right = (BitSet) right.clone();
    }

    public int images() {
        return truths.size();
    }

    public int errors() {
        return truths.size() - right.cardinality();
    }

    /** Images that this model gets right and the other wrong. */
    public int rightWhereWrong(Verdicts other) {
        BitSet only = (BitSet) right.clone();
        only.andNot(other.right);
        return only.cardinality();
    }

    /** Images of a class. */
    public int images(int label) {
        return (int) truths.stream().filter(truth -> truth == label).count();
    }

    /** The share of a class's images that the model gets right; NaN if there are none. */
    public double recall(int label) {
        int found = 0;
        for (int i = right.nextSetBit(0); i >= 0; i = right.nextSetBit(i + 1)) {
            found += truths.get(i) == label ? 1 : 0;
        }
        return (double) found / images(label);
    }
}
