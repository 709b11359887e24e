package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.micrometer.core.instrument.Gauge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an image that was answered to the accuracy that is shown, through the whole topology. */
class LiveAccuracyTest {

    @TempDir
    Path folder;

    private IngestHarness ingest;
    private int images;

    @BeforeEach
    void start() {
        ingest = new IngestHarness(folder);
    }

    @AfterEach
    void close() {
        ingest.close();
    }

    @Test
    void aVersionIsJudgedByTheLabelsOfTheAuditSample() {
        List<LabelRequest> asked = answered(1, 60);
        assertThat(asked).hasSizeBetween(2, 30); // a fifth
        for (int i = 0; i < asked.size(); i++) {
            label(asked.get(i), i == 0 ? "dog" : "cat");
        }
        assertThat(gauge("accuracy.labels", 1)).isEqualTo(asked.size());
        assertThat(gauge("accuracy", 1)).isEqualTo((asked.size() - 1.0) / asked.size());
        assertThat(gauge("accuracy.lower", 1)).isLessThan(gauge("accuracy", 1));
        assertThat(gauge("accuracy.upper", 1)).isGreaterThan(gauge("accuracy", 1));
    }

    @Test
    void whoSendsFeedbackCannotChooseWhatItIsJudgedBy() {
        answered(1, 30);
        ingest.unlabeled.readValuesToList().stream()
                .filter(image -> !image.audit())
                .forEach(image -> label(image.id().hex(), "dog"));
        assertThat(gauge("accuracy", 1)).isNull();
    }

    @Test
    void theFirstLabelOfAnImageCounts() {
        LabelRequest asked = answered(1, 30).getFirst();
        label(asked, "cat");
        label(asked, "dog");
        assertThat(gauge("accuracy.labels", 1)).isOne();
        assertThat(gauge("accuracy", 1)).isOne();
    }

    @Test
    void labelsMayComeWeeksLaterAndNotLater() {
        List<LabelRequest> asked = answered(1, 60);
        ingest.clock.advance(Duration.ofDays(29));
        label(asked.getFirst(), "cat");
        ingest.clock.advance(Duration.ofDays(2));
        label(asked.getLast(), "cat");
        assertThat(gauge("accuracy.labels", 1)).isOne();
    }

    @Test
    void whatIsNoLabelIsPassedOver() {
        LabelRequest asked = answered(1, 30).getFirst();
        ingest.labels.pipeInput(new byte[] {1, 2, 3}, new byte[] {(byte) 0xff, 7});
        ingest.labels.pipeInput(new byte[0], null, ingest.clock.instant());
        label(asked, "cat");
        assertThat(gauge("accuracy.labels", 1)).isOne();
    }

    @Test
    void versionsAreApartAndTheLatestAreShown() {
        for (int version = 1; version <= 3; version++) { // two are remembered
            label(answered(version, 30).getFirst(), version == 2 ? "dog" : "cat");
            ingest.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(gauge("accuracy", 1)).isNull();
        assertThat(gauge("accuracy", 2)).isZero();
        assertThat(gauge("accuracy", 3)).isOne();
    }

    /** Sends images that a version takes for cats; returns those that people are asked about. */
    private List<LabelRequest> answered(int version, int count) {
        for (int i = 0; i < count; i++) {
            ingest.send(
                    TestImages.png(images++), new Prediction(new ModelVersion("m", version), "cat", .9f, List.of()));
        }
        return ingest.labelRequests.readValuesToList();
    }

    private void label(LabelRequest request, String label) {
        label(request.id().hex(), label);
    }

    private void label(String id, String label) {
        Label given = new Label(new ImageId(id), label, "p", ingest.clock.instant());
        ingest.labels.pipeInput(new byte[0], Codecs.LABEL.encode(given), ingest.clock.instant());
    }

    private @Nullable Double gauge(String name, int version) {
        Gauge gauge = ingest.registry
                .find("freshet.live." + name)
                .tags("model", "m", "version", Integer.toString(version))
                .gauge();
        return gauge == null ? null : gauge.value();
    }
}
