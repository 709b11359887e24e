package io.freshet.ingest.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.image.PixelStatistics;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NoveltiesTest {

    private static final Fingerprint FINGERPRINT =
            Fingerprint.locate(new PixelImage(1, 1, new byte[3])).fingerprint();

    private final SplittableRandom random = new SplittableRandom(1);
    private final Novelties novelties = new Novelties();

    @Test
    void eachVersionHasASpaceOfItsOwn() {
        for (int i = 0; i < 500; i++) {
            see(said(1, random.nextGaussian(), 0));
            see(said(2, 100 + random.nextGaussian(), 0));
        }
        assertThat(novelties.of(said(1, 100, 0))).isGreaterThan(.95);
        assertThat(novelties.of(said(2, 100, 0))).isLessThan(.9);
    }

    @Test
    void imagesThatNoModelSawAreComparedByTheirPixels() {
        for (int i = 0; i < 500; i++) {
            see(looks((float) random.nextDouble(.1, .2)));
        }
        assertThat(novelties.of(looks(.4f))).isGreaterThan(.95);
    }

    @Test
    void whatCannotBeReckonedWithIsNeitherNewNorOld() {
        for (int i = 0; i < 500; i++) {
            see(said(1, random.nextGaussian(), 0));
        }
        assertThat(novelties.of(said(1, Double.NaN, 0))).isEqualTo(Novelty.UNKNOWN);
        assertThat(novelties.of(sighting(
                        Optional.of(new Prediction(new ModelVersion("m", 1), "boot", .9f, List.of())),
                        Optional.empty())))
                .isEqualTo(Novelty.UNKNOWN);
    }

    @Test
    void versionsThatStrangersMakeUpPushOutOnlyTheSilent() {
        for (int i = 0; i < 500; i++) {
            see(said(1, random.nextGaussian(), 0));
            see(said(1_000 + i, 0, 0));
        }
        assertThat(novelties.of(said(1, 100, 0))).isGreaterThan(.95);
    }

    private void see(Sighting sighting) {
        novelties.of(sighting);
        novelties.choose(sighting);
    }

    private static Sighting said(long version, double x, double y) {
        return sighting(
                Optional.of(new Prediction(new ModelVersion("m", version), "boot", .9f, List.of((float) x, (float) y))),
                Optional.empty());
    }

    private static Sighting looks(float contrast) {
        return sighting(Optional.empty(), Optional.of(new PixelStatistics(.5f, contrast, .1f, 0, 0, .1f)));
    }

    private static Sighting sighting(Optional<Prediction> prediction, Optional<PixelStatistics> pixels) {
        return new Sighting(
                new ImageId("ab".repeat(32)),
                new EncodedImage(new byte[1]),
                "s",
                "e",
                Instant.EPOCH,
                new TopicPosition(0, 0),
                prediction,
                false,
                FINGERPRINT,
                "",
                "",
                pixels);
    }
}
