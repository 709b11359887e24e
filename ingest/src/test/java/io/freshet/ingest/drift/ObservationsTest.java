package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObservationsTest {

    private static final ModelVersion MODEL = new ModelVersion("m", 1);

    @Test
    void thePredictionIsWatched() {
        assertThat(observed(new Prediction(MODEL, "boot", .5f, List.of(1f, 2f))))
                .contains(new Prediction(MODEL, "boot", .5f, List.of(1f, 2f)));
    }

    @Test
    void anImageThatNoModelSawIsNotWatched() {
        assertThat(Observations.of(Optional.empty())).isEmpty();
    }

    @Test
    void aModelThatTakesTheNameOfNoneIsNotWatched() {
        assertThat(observed(new Prediction(Watched.NO_MODEL, "boot", .5f, List.of())))
                .isEmpty();
    }

    @Test
    void whatCannotBeReckonedWithIsNotWatched() {
        assertThat(observed(new Prediction(MODEL, "boot", Float.NaN, List.of())))
                .isEmpty();
        assertThat(observed(new Prediction(MODEL, "boot", .5f, List.of(1f, Float.POSITIVE_INFINITY))))
                .isEmpty();
        assertThat(observed(new Prediction(MODEL, "b".repeat(Observations.MAX_LABEL + 1), .5f, List.of())))
                .isEmpty();
        assertThat(observed(new Prediction(MODEL, "boot", .5f, Collections.nCopies(Observations.MAX_SKETCH + 1, 0f))))
                .isEmpty();
    }

    private static Optional<Prediction> observed(Prediction prediction) {
        return Observations.of(Optional.of(prediction));
    }
}
