package io.freshet.trainer.stream;

import java.time.Instant;
import java.util.Optional;

/** Is told of the images that a round learns from and that came by the traffic. */
@FunctionalInterface
public interface LearnedImages {

    /**
     * @param observedAt when the image was taken
     * @param traceParent as W3C writes it, of the image's way through ingest, if its trace is kept; of a few
     */
    void learnedFrom(Instant observedAt, Optional<String> traceParent);
}
