package io.freshet.standalone.lineage;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.RoundStep.Labelled;
import java.util.Optional;

/**
 * A version that has to do with an image.
 *
 * @param use what its own round made of the image; absent if the image did not lie in its offsets
 * @param labelled how many images passed the filter of its round, where that is known
 * @param ancestor the version in its descent that may have learned from the image first; absent if none did
 */
public record Learner(
        ModelVersion model, Optional<Use> use, Optional<Labelled> labelled, Optional<ModelVersion> ancestor) {

    /** Whether it may hold something of the image, from its own round or from a model before it. */
    public boolean holdsTraces() {
        return ancestor.isPresent() || use.filter(Use::leavesTraces).isPresent();
    }

    /** In a line, for people. */
    public String describe() {
        String own = use.map(this::own).orElse("");
        String inherited = ancestor.map(model -> "descends from " + model).orElse("");
        return own + (own.isEmpty() || inherited.isEmpty() ? "" : "; ") + inherited;
    }

    private String own(Use use) {
        return labelled.isPresent() && use == Use.UNLABELED
                ? use.words() + ", as " + labelled.get().kept() + " of "
                        + labelled.get().unlabeledImages() + " did"
                : use.words();
    }
}
