package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.UnlabeledImage;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObservationsTest {

    private static final ModelVersion MODEL = new ModelVersion("m", 1);

    @Test
    void onlyNumbersAreWatched() {
        assertThat(observed(new Prediction(MODEL, "boot", .5f, List.of(1f, 2f))))
                .contains(new Prediction(MODEL, "", .5f, List.of(1f, 2f)));
    }

    @Test
    void anImageThatNoModelSawIsNotWatched() {
        assertThat(Observations.of(image(Optional.empty()))).isEmpty();
    }

    @Test
    void whatCannotBeReckonedWithIsNotWatched() {
        assertThat(observed(new Prediction(MODEL, "boot", Float.NaN, List.of())))
                .isEmpty();
        assertThat(observed(new Prediction(MODEL, "boot", .5f, List.of(1f, Float.POSITIVE_INFINITY))))
                .isEmpty();
        assertThat(observed(new Prediction(MODEL, "boot", .5f, Collections.nCopies(Observations.MAX_SKETCH + 1, 0f))))
                .isEmpty();
    }

    private static Optional<Prediction> observed(Prediction prediction) {
        return Observations.of(image(Optional.of(prediction)));
    }

    private static UnlabeledImage image(Optional<Prediction> prediction) {
        return new UnlabeledImage(
                ImageId.ofBytes(new byte[32]),
                new EncodedImage(new byte[0]),
                "",
                "",
                Instant.EPOCH,
                new TopicPosition(0, 0),
                prediction,
                false);
    }
}
