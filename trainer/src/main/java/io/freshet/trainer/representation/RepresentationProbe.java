package io.freshet.trainer.representation;

import io.freshet.engine.Classifier;
import io.freshet.trainer.data.LabeledImages;

/**
 * Judges embeddings by labels that they were learned without: frozen, they are given to a linear probe and to a vote of
 * nearest neighbours, which learn from one part of the labeled images and are judged on another.
 *
 * @param training what probe and neighbours know
 * @param heldOut what they are judged on
 * @param classes how many
 */
public record RepresentationProbe(LabeledImages training, LabeledImages heldOut, int classes) {

    public RepresentationProbe {
        if (training.size() == 0 || heldOut.size() == 0) {
            throw new IllegalArgumentException("Embeddings are judged by labeled images to learn from and by others"
                    + " that are held out, not by " + training.size() + " and " + heldOut.size());
        }
    }

    /** Takes about as long as the model takes to see all the images. */
    public RepresentationQuality judge(Classifier classifier) {
        Embeddings known = Embeddings.of(classifier, training);
        Embeddings asked = Embeddings.of(classifier, heldOut);
        return new RepresentationQuality(
                LinearProbe.fit(known, classes).accuracy(asked), NeighbourVote.accuracy(known, asked, classes));
    }
}
