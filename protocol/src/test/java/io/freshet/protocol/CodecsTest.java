package io.freshet.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.protocol.RecordCodec.MalformedRecordException;
import io.freshet.protocol.image.Fingerprint;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.labelling.ChunkLabels;
import io.freshet.protocol.labelling.FilePatch;
import io.freshet.protocol.labelling.LabellingTask;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.RoundStep;
import io.freshet.protocol.round.Score;
import io.freshet.protocol.round.Trial;
import io.freshet.protocol.round.Trigger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123456789Z");
    private static final ImageId ID = ImageId.ofPixels(1, 1, new byte[] {1, 2, 3});
    private static final ModelVersion MODEL = new ModelVersion("fashion", 3);
    private static final EncodedImage PNG = new EncodedImage(new byte[] {1, 2});
    private static final Optional<Prediction> PREDICTION = Optional.of(
            new Prediction(MODEL, "bag", .75f, List.of(1f, -2.5f), Optional.of(new SecondOpinion(4, "boot", .5f))));

    @Test
    void imagesComeBackAsTheyWere() {
        UnlabeledImage image =
                new UnlabeledImage(ID, PNG, "camera", "e1", NOW, new TopicPosition(2, 77), PREDICTION, true);
        assertThat(roundTrip(Codecs.UNLABELED_IMAGE, image)).isEqualTo(image);
        UnlabeledImage unseen =
                new UnlabeledImage(ID, PNG, "", "", NOW, new TopicPosition(0, 0), Optional.empty(), false);
        assertThat(roundTrip(Codecs.UNLABELED_IMAGE, unseen)).isEqualTo(unseen);
        assertThat(roundTrip(Codecs.LABEL_REQUEST, LabelRequest.of(image))).isEqualTo(LabelRequest.of(image));
        UnlabeledImage drawn = new UnlabeledImage(
                ID, PNG, "camera", "e1", NOW, new TopicPosition(2, 77), PREDICTION, false, .25, 12, "ann");
        assertThat(roundTrip(Codecs.UNLABELED_IMAGE, drawn)).isEqualTo(drawn);
    }

    @Test
    void sightingsComeBackAsTheyWere() {
        Fingerprint fingerprint = Fingerprint.of(new PixelImage(1, 1, new byte[] {1, 2, 3}));
        Sighting sighting =
                new Sighting(ID, PNG, "camera", "e1", NOW, new TopicPosition(2, 77), PREDICTION, true, fingerprint);
        assertThat(roundTrip(Codecs.SIGHTING, sighting)).isEqualTo(sighting);
        assertThat(sighting.isEcho()).isFalse();
        assertThat(roundTrip(Codecs.SIGHTING, sighting.echo()).isEcho()).isTrue();
    }

    @Test
    void labelsAndAnnouncementsComeBackAsTheyWere() {
        Label label = new Label(ID, "bag", "ann", NOW);
        assertThat(roundTrip(Codecs.LABEL, label)).isEqualTo(label);
        for (ModelAnnouncement.Reason reason : ModelAnnouncement.Reason.values()) {
            ModelAnnouncement announcement =
                    new ModelAnnouncement(MODEL, URI.create("fashion/3"), "abc", NOW, reason, Optional.of("r"));
            assertThat(roundTrip(Codecs.MODEL_ANNOUNCEMENT, announcement)).isEqualTo(announcement);
            ModelAnnouncement traced =
                    announcement.withTraceParent("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01");
            assertThat(roundTrip(Codecs.MODEL_ANNOUNCEMENT, traced)).isEqualTo(traced);
        }
    }

    @Test
    void erasuresComeBackAsTheyWere() {
        Erasure.Subject ann = Erasure.Subject.named("ann");
        Erasure subject = new Erasure(ann, NOW, Optional.empty(), List.of(MODEL), "she asked for it");
        Erasure image = new Erasure(new Erasure.Image(ID), NOW, Optional.of(ann), List.of(), "");

        assertThat(roundTrip(Codecs.ERASURE, subject)).isEqualTo(subject);
        assertThat(roundTrip(Codecs.ERASURE, image)).isEqualTo(image);
        assertThatThrownBy(() -> Codecs.ERASURE.decode(new byte[0])).isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void theNameOfAnErasedSubjectIsNotWritten() {
        Erasure subject = new Erasure(Erasure.Subject.named("ann"), NOW, Optional.empty(), List.of(), "");

        assertThat(new String(Codecs.ERASURE.encode(subject), StandardCharsets.ISO_8859_1))
                .doesNotContain("ann");
        assertThat(subject.target().key()).matches("subject/[0-9a-f]{64}");
        assertThat(Erasure.Target.ofKey(subject.target().key())).contains(subject.target());
        assertThat(Erasure.Target.ofKey(Erasure.Image.key(ID))).contains(new Erasure.Image(ID));
        assertThat(Erasure.Target.ofKey("image/7")).isEmpty();
    }

    @Test
    void whatIsSaidAboutLabellingComesBackAsItWas() {
        FilePatch patch =
                new FilePatch("variables.index", 10, List.of(new FilePatch.Run(7, ByteBuffer.wrap(new byte[] {1, 2, 3
                }))));
        LabellingTask teacher = new LabellingTask.Teacher(MODEL, "abc", List.of(patch), "def", true);
        LabellingTask chunk = new LabellingTask.Chunk(
                "job",
                "fashion",
                "r1",
                new TopicPosition(1, 5),
                3,
                List.of(new TopicPosition(2, 77), new TopicPosition(0, 1L << 40)),
                "012");
        ChunkLabels labels =
                new ChunkLabels("job", 3, 2, FloatBuffer.wrap(new float[] {.25f, .75f, 1, 0}), "labeller-1");

        assertThat(roundTrip(Codecs.LABELLING_TASK, teacher)).isEqualTo(teacher);
        assertThat(roundTrip(Codecs.LABELLING_TASK, chunk)).isEqualTo(chunk);
        assertThat(roundTrip(Codecs.CHUNK_LABELS, labels)).isEqualTo(labels);
        assertThat(labels.images()).isEqualTo(2);
    }

    @Test
    void aPatchStaysInItsFolderAndItsFile() {
        assertThatThrownBy(() -> new FilePatch("../model.json", 1, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new FilePatch("a", 2, List.of(new FilePatch.Run(1, ByteBuffer.wrap(new byte[] {1, 2})))))
                .hasMessageContaining("does not fit");
    }

    static Stream<RoundStep> steps() {
        Score score = new Score(1, 2, 3, 4);
        return Stream.of(
                new RoundStep.Snapshotted(
                        Trigger.DRIFT,
                        "why",
                        Optional.of(MODEL),
                        List.of(new OffsetRange("freshet.unlabeled", 1, 5, 9)),
                        List.of(new OffsetRange("freshet.labels", 0, 0, 0)),
                        42),
                new RoundStep.Labelled(10, 20, 15, .8, Map.of("bag", 15), 3),
                new RoundStep.Trained(100, .5, .6, 1.5, 2.5, List.of(), Optional.empty()),
                new RoundStep.Trained(
                        100,
                        .5,
                        .6,
                        1.5,
                        2.5,
                        List.of(new Trial("student", 50, new Score(1, 2, 3, 4))),
                        Optional.of(new RoundStep.Choice("student", "it was the best"))),
                new RoundStep.Evaluated(score, Optional.of(score), Optional.empty(), Optional.of(score), .01),
                new RoundStep.Promoted(MODEL),
                new RoundStep.Held(List.of("a", "b")),
                new RoundStep.Failed("oh"));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void stepsOfRoundsComeBackAsTheyWere(RoundStep step) {
        RoundMessage event = new RoundMessage.Event("fashion", NOW, "r1", step);
        assertThat(roundTrip(Codecs.ROUND_MESSAGE, event)).isEqualTo(event);
    }

    @Test
    void requestsForRoundsComeBackAsTheyWere() {
        for (Trigger trigger : Trigger.values()) {
            RoundMessage request = new RoundMessage.Request("fashion", NOW, trigger, "why", Optional.of(NOW));
            assertThat(roundTrip(Codecs.ROUND_MESSAGE, request)).isEqualTo(request);
        }
    }

    @Test
    void bytesThatAreNoRecordAreRefused() {
        assertThatThrownBy(() -> Codecs.LABEL.decode("not protobuf".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(MalformedRecordException.class);
        assertThatThrownBy(() -> Codecs.LABEL.decode(new byte[0])) // a record, and without an image id
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("image id");
    }

    private static <T> T roundTrip(RecordCodec<T> codec, T value) {
        return codec.decode(codec.encode(value));
    }
}
