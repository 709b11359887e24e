package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.image.PixelStatistics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrafficInspectorTest {

    private static final Instant RECEIVED = Instant.parse("2026-03-01T10:00:00Z");
    private static final TopicPosition ORIGIN = new TopicPosition(3, 41);

    private static final int KEPT_SIDE = 64;

    private final TrafficInspector inspector = new TrafficInspector(
            new DecodeLimits(8 << 20, 2_000, 4_000_000),
            KEPT_SIDE,
            new AuditSample(new AuditConfig(1, "s")),
            Optional.empty());

    @Test
    void anImageWithNothingButItsBytesIsAccepted() {
        Sighting image = accepted(TestImages.jpeg(1), new RecordHeaders());

        PixelImage pixels = TestImages.decode(TestImages.jpeg(1));
        assertThat(image)
                .isEqualTo(new Sighting(
                        pixels.id(),
                        new EncodedImage(TestImages.jpeg(1)),
                        "",
                        "",
                        RECEIVED,
                        ORIGIN,
                        Optional.empty(),
                        true,
                        Fingerprint.of(pixels),
                        "",
                        "",
                        Optional.of(PixelStatistics.of(pixels))));
    }

    @Test
    void whatTheHeadersSayGoesOnWithTheImage() {
        Instant taken = RECEIVED.minusSeconds(5);
        Prediction prediction = new Prediction(new ModelVersion("m", 3), "boot", .75f, List.of(1f, -2f));
        Headers headers = new RecordHeaders();
        new TrafficImage(
                        new EncodedImage(new byte[0]),
                        Optional.of("image/png"),
                        "e1",
                        "/cameras/7",
                        taken,
                        Optional.of(prediction))
                .writeTo(headers);

        Sighting image = accepted(TestImages.png(1), headers);

        assertThat(image.eventId()).isEqualTo("e1");
        assertThat(image.source()).isEqualTo("/cameras/7");
        assertThat(image.observedAt()).isEqualTo(taken);
        assertThat(image.prediction()).contains(prediction);
    }

    @Test
    void whatIsNoImageIsRefusedAsItCame() {
        byte[] text = "no image".getBytes(StandardCharsets.UTF_8);
        Verdict.Refused<LocatedSighting> refused = refused(text, new RecordHeaders());

        assertThat(refused.content()).contains(new EncodedImage(text));
        assertThat(refused.letter().reason()).isEqualTo("unknown-format");
        assertThat(refused.letter().stage()).isEqualTo("decode");
        assertThat(refused.letter().origin()).isEqualTo(ORIGIN);
        assertThat(refused.letter().detail()).isNotBlank();
    }

    @Test
    void aRecordWithoutAValueIsEmpty() {
        Verdict.Refused<LocatedSighting> refused = refused(null, new RecordHeaders());

        assertThat(refused.content()).isEmpty();
        assertThat(refused.letter().reason()).isEqualTo("empty");
    }

    @Test
    void theIdOfALargeImageIsThatOfThePixelsThatAreKept() {
        byte[] jpeg = TestImages.jpeg(1, 128, 32);

        assertThat(accepted(jpeg, new RecordHeaders()).id())
                .isEqualTo(TestImages.decode(jpeg).within(KEPT_SIDE).id());
    }

    @Test
    void headersThatNoRecordCarriesAreRefusedWithTheirImage() {
        Headers headers = new RecordHeaders().add("ce_source", new byte[8 << 20]);

        assertThat(refused(TestImages.png(1), headers).letter().reason()).isEqualTo("oversize");
    }

    private Sighting accepted(byte[] value, Headers headers) {
        Verdict<LocatedSighting> verdict = inspector.inspect(value, headers, RECEIVED, ORIGIN);
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted<LocatedSighting>) verdict).value().sighting();
    }

    private Verdict.Refused<LocatedSighting> refused(byte @Nullable [] value, Headers headers) {
        Verdict<LocatedSighting> verdict = inspector.inspect(value, headers, RECEIVED, ORIGIN);
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return (Verdict.Refused<LocatedSighting>) verdict;
    }
}
