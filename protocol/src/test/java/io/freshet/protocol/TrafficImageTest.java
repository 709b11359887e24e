package io.freshet.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TrafficImageTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final EncodedImage CONTENT = new EncodedImage(new byte[] {1, 2, 3});

    @Test
    void whatTheHeadersSayComesBack() {
        TrafficImage image = image();
        Headers headers = new RecordHeaders();
        image.writeTo(headers);
        assertThat(TrafficImage.read(CONTENT, headers, Instant.EPOCH)).isEqualTo(image);
    }

    @Test
    void cloudEventsLibrariesReadIt() {
        Headers headers = new RecordHeaders();
        image().writeTo(headers);
        CloudEvent event;
        try (CloudEventDeserializer deserializer = new CloudEventDeserializer()) {
            event = deserializer.deserialize("freshet.traffic", headers, CONTENT.bytes());
        }
        assertThat(event.getId()).isEqualTo("request-1");
        assertThat(event.getSource()).hasToString("/cameras/7");
        assertThat(event.getSubject()).isEqualTo("customer 17");
        assertThat(event.getType()).isEqualTo(TrafficImage.EVENT_TYPE);
        assertThat(event.getTime()).isEqualTo(NOW.atOffset(ZoneOffset.UTC));
        assertThat(event.getDataContentType()).isEqualTo("image/png");
        assertThat(event.getExtension("freshetmodel")).isEqualTo("fashion");
        assertThat(event.getExtension("freshetshadowlabel")).isEqualTo("boot");
        assertThat(event.getData().toBytes()).containsExactly(1, 2, 3);
    }

    @Test
    void aProducerThatSaysNothingIsUnderstood() {
        TrafficImage image = TrafficImage.read(CONTENT, new RecordHeaders(), NOW);
        assertThat(image).isEqualTo(new TrafficImage(CONTENT, Optional.empty(), "", "", NOW, Optional.empty()));
    }

    @Test
    void headersInAnotherProducersSenseAreLeftOpen() {
        Headers headers = new RecordHeaders();
        image().writeTo(headers);
        headers.remove("ce_freshetversion").add("ce_freshetversion", "v3".getBytes(StandardCharsets.UTF_8));
        headers.remove("ce_time").add("ce_time", "yesterday".getBytes(StandardCharsets.UTF_8));
        TrafficImage read = TrafficImage.read(CONTENT, headers, Instant.EPOCH);
        assertThat(read.prediction()).isEmpty();
        assertThat(read.time()).isEqualTo(Instant.EPOCH);
        assertThat(read.source()).isEqualTo("/cameras/7");
    }

    @Test
    void aSecondOpinionInAnotherProducersSenseLeavesTheFirst() {
        Headers headers = new RecordHeaders();
        image().writeTo(headers);
        headers.remove("ce_freshetshadow").add("ce_freshetshadow", "next".getBytes(StandardCharsets.UTF_8));

        assertThat(TrafficImage.read(CONTENT, headers, NOW).prediction()).hasValueSatisfying(prediction -> {
            assertThat(prediction.label()).isEqualTo("bag");
            assertThat(prediction.shadow()).isEmpty();
        });
    }

    @Test
    void opinionsLieFurthestApartWhereTheyNameDifferentClasses() {
        SecondOpinion second = new SecondOpinion(4, "boot", .5f);
        assertThat(second.disagreement("bag", .5f)).isEqualTo(1);
        assertThat(second.disagreement("boot", .75f)).isEqualTo(.25f);
    }

    @Test
    void whyARecordWasRefusedComesBack() {
        DeadLetter letter = new DeadLetter("undecodable", "JPEG that ends early", "decode", new TopicPosition(3, 99));
        Headers headers = new RecordHeaders();
        letter.writeTo(headers);
        assertThat(DeadLetter.read(headers)).contains(letter);
        assertThat(DeadLetter.read(new RecordHeaders())).isEmpty();
    }

    private static TrafficImage image() {
        return new TrafficImage(
                CONTENT,
                Optional.of("image/png"),
                "request-1",
                "/cameras/7",
                NOW,
                Optional.of(new Prediction(
                        new ModelVersion("fashion", 3),
                        "bag",
                        .75f,
                        List.of(1f, -2.5f),
                        Optional.of(new SecondOpinion(4, "boot", .5f)))),
                "customer 17");
    }
}
