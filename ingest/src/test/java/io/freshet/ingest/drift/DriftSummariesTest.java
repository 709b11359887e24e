package io.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.ingest.near.FirstSighting;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriftSummariesTest {

    /** A tenth of the window is five. */
    private static final DriftConfig CONFIG = new DriftConfig(100, 50, .001, 2, Duration.ofHours(1), 4, 4);

    private static final Fingerprint FINGERPRINT = Fingerprint.of(new PixelImage(1, 1, new byte[3]));

    private final MockProcessorContext<String, ObservationSketch> context = new MockProcessorContext<>();
    private final Processor<Integer, FirstSighting, String, ObservationSketch> summaries =
            DriftSummaries.supplier(CONFIG).get();

    @BeforeEach
    void start() {
        summaries.init(context);
    }

    @Test
    void aTenthOfAWindowGoesOnTogether() {
        for (int i = 0; i < 12; i++) {
            see(1, List.of(1f, 2f), 1_000 + i);
        }

        assertThat(sent()).extracting(ObservationSketch::count).containsExactly(5L, 5L);
        assertThat(sent())
                .extracting(ObservationSketch::since)
                .containsExactly(Instant.ofEpochMilli(1_000), Instant.ofEpochMilli(1_005));
    }

    @Test
    void whatIsLeftGoesOnAfterSomeSeconds() {
        see(1, List.of(1f, 2f), 1_000);
        see(2, List.of(1f, 2f), 1_001);
        assertThat(sent()).isEmpty();

        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(9_000);
        assertThat(sent()).extracting(sketch -> sketch.model().version()).containsExactly(1L, 2L);

        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(14_000);
        assertThat(sent()).hasSize(2);
    }

    @Test
    void embeddingsOfAnotherLengthGoApart() {
        see(1, List.of(1f, 2f), 1_000);
        see(1, List.of(1f), 1_001);
        see(1, List.of(1f), 1_002);
        context.scheduledPunctuators().getFirst().getPunctuator().punctuate(9_000);

        assertThat(sent()).extracting(ObservationSketch::embeddingLength).containsExactly(2, 1);
    }

    @Test
    void versionsThatStrangersMakeUpDoNotPileUp() {
        for (int i = 1; i <= 1_000; i++) {
            see(i, List.of(1f), i);
        }

        assertThat(sent()).hasSizeGreaterThan(900);
    }

    private List<ObservationSketch> sent() {
        return context.forwarded().stream()
                .<ObservationSketch>map(forward -> forward.record().value())
                .toList();
    }

    private void see(long version, List<Float> embedding, long at) {
        Sighting sighting = new Sighting(
                new ImageId("ab".repeat(32)),
                new EncodedImage(new byte[1]),
                "s",
                "e",
                Instant.ofEpochMilli(at),
                new TopicPosition(0, 0),
                Optional.of(new Prediction(new ModelVersion("m", version), "boot", .9f, embedding)),
                false,
                FINGERPRINT);
        summaries.process(new Record<>(1, new FirstSighting(sighting, 0), at));
    }
}
