package io.freshet.ingest;

import static io.freshet.ingest.IngestHarness.DRIFT;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ImageId;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IngestTopologyTest extends IngestTest {

    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void peopleAreAskedForTheLabelsOfTheAuditSampleAndNoOthers() {
        for (int seed = 0; seed < 100; seed++) {
            ingest.send(TestImages.png(seed));
            ingest.send(TestImages.png(seed));
        }

        AuditSample sample = new AuditSample(IngestHarness.AUDIT);
        List<UnlabeledImage> kept = ingest.unlabeled.readValuesToList();
        List<ImageId> audited =
                kept.stream().map(UnlabeledImage::id).filter(sample::contains).toList();
        assertThat(kept).hasSize(100).allMatch(image -> image.audit() == sample.contains(image.id()));
        assertThat(audited).hasSizeBetween(5, 40);
        assertThat(ingest.labelRequests.readValuesToList())
                .extracting(LabelRequest::id)
                .containsExactlyElementsOf(audited);
        assertThat(ingest.registry.get("freshet.ingest.audit").counter().count())
                .isEqualTo(audited.size());
    }

    @Test
    void driftAsksForARoundOfTheModel() {
        sendImages(0, DRIFT.reference() + 2 * DRIFT.window(), .9);
        assertThat(ingest.rounds.isEmpty()).isTrue();

        sendImages(1_000, 3 * DRIFT.window(), .6);
        assertThat(ingest.rounds.readKeyValuesToList()).singleElement().satisfies(message -> {
            assertThat(message.key).isEqualTo("m");
            assertThat(message.value).isInstanceOfSatisfying(RoundMessage.Request.class, request -> {
                assertThat(request.model()).isEqualTo("m");
                assertThat(request.trigger()).isEqualTo(Trigger.DRIFT);
                assertThat(request.at()).isEqualTo(ingest.clock.instant());
                assertThat(request.detail()).contains("m/1", "confidence: D=");
            });
        });
    }

    @Test
    void copiesOfAnImageAreNoDrift() {
        sendImages(0, DRIFT.reference(), .9);
        for (int i = 0; i < 5 * DRIFT.window(); i++) {
            ingest.send(TestImages.png(1_000), prediction(.1));
        }

        assertThat(ingest.rounds.isEmpty()).isTrue();
    }

    @Test
    void decodingChoosingAndWatchingForDriftDoNotWaitForOneAnother() {
        assertThat(ingest.stages()).isEqualTo(5);
    }

    @Test
    void stateIsFoundAgainByANewRelease() {
        ingest.send(TestImages.png(1), prediction(.9));
        ingest.wait(Duration.ofSeconds(5)); // a sketch of one image goes no sooner

        assertThat(ingest.stores())
                .containsExactlyInAnyOrder(
                        "seen-images",
                        "kept-images",
                        "allowances",
                        "drift-progress",
                        "drift-sketches",
                        "predictions-to-judge",
                        "outcomes",
                        "erasures");
        assertThat(ingest.writtenTopics())
                .contains("ingest-by-cell-repartition", "ingest-sketches-by-model-repartition");
    }

    @Test
    void everyMeterSaysWhatItMeasuresAndInWhat() {
        Stream<String> undescribed = ingest.registry.getMeters().stream()
                .filter(meter ->
                        meter.getId().getDescription() == null || meter.getId().getBaseUnit() == null)
                .map(meter -> meter.getId().getName());

        assertThat(undescribed).isEmpty();
    }

    private void sendImages(int firstSeed, int count, double confidence) {
        for (int seed = firstSeed; seed < firstSeed + count; seed++) {
            ingest.send(TestImages.png(seed), prediction(confidence + .02 * random.nextGaussian()));
        }
    }

    private static Prediction prediction(double confidence) {
        return new Prediction(new ModelVersion("m", 1), "boot", (float) confidence, List.of());
    }
}
