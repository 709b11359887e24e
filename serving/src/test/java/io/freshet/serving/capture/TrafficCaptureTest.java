package io.freshet.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.SecondOpinion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.claim.FetchResult;
import io.freshet.protocol.claim.FolderImageStore;
import io.freshet.protocol.claim.ImageReference;
import io.freshet.protocol.claim.ImageStores;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.tracing.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrafficCaptureTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ImageId ID = new ImageId("ab".repeat(32));
    private static final EncodedImage JPEG = new EncodedImage(new byte[] {1, 2, 3});
    private static final ImageScores SCORES =
            new ImageScores(new float[] {.1f, .7f, .2f, 0, 0, 0, 0, 0, 0, 0}, new float[TinyModels.EMBEDDING]);

    @TempDir
    Path folder;

    private LargeImagesConfig images = LargeImagesConfig.defaults();

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private static MockProducer<byte[], byte[]> producer(boolean answers) {
        return new MockProducer<>(answers, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private TrafficCapture capture(CaptureMode mode, Duration timeout, MockProducer<byte[], byte[]> producer) {
        return capture(mode, timeout, 0, WhenAway.DROP, producer);
    }

    private TrafficCapture capture(
            CaptureMode mode,
            Duration timeout,
            int maxPerSecond,
            WhenAway whenAway,
            MockProducer<byte[], byte[]> producer) {
        CaptureConfig defaults = CaptureConfig.defaults();
        CaptureConfig config = new CaptureConfig(
                mode,
                defaults.share(),
                maxPerSecond,
                List.of("camera/secret"),
                defaults.source(),
                timeout,
                Duration.ZERO,
                Topics.MAX_RECORD_BYTES,
                defaults.sketchSize(),
                whenAway,
                folder.resolve("spool"),
                defaults.spoolBytes(),
                images);
        try {
            return new TrafficCapture(
                    config, images.claimCheck(ImageStores.folders()), producer, traffic -> {}, registry, Tracing.off());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServedPrediction served(ServedImage image) {
        return new ServedPrediction(
                "request-7",
                "camera/4",
                "customer 17",
                NOW,
                image,
                TinyModels.descriptor(new ModelVersion("tiny", 3)),
                SCORES);
    }

    private static ServedPrediction jpeg() {
        return served(new ServedImage.Encoded(ID, JPEG, Optional.of("image/jpeg")));
    }

    private double count(String outcome) {
        return registry.get("freshet.serving.capture")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static ProducerRecord<byte[], byte[]> onlySent(MockProducer<byte[], byte[]> producer) {
        await().untilAsserted(() -> assertThat(producer.history()).hasSize(1));
        return producer.history().getFirst();
    }

    @Test
    void anImageFileGoesAsItWasSentUnderItsIdWithItsPrediction() {
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer)) {
            capture.capture("request-7", List.of(jpeg()));
            ProducerRecord<byte[], byte[]> traffic = onlySent(producer);

            assertThat(traffic.topic()).isEqualTo("freshet.traffic");
            assertThat(new String(traffic.key(), StandardCharsets.US_ASCII)).isEqualTo(ID.hex());
            assertThat(traffic.value()).isEqualTo(JPEG.bytes());
            TrafficImage read = TrafficImage.read(JPEG, traffic.headers(), Instant.EPOCH);
            assertThat(read.eventId()).isEqualTo("request-7");
            assertThat(read.source()).isEqualTo("camera/4");
            assertThat(read.subject()).isEqualTo("customer 17");
            assertThat(read.time()).isEqualTo(NOW);
            assertThat(read.contentType()).hasValue("image/jpeg");
            assertThat(read.prediction()).hasValueSatisfying(prediction -> {
                assertThat(prediction.model()).isEqualTo(new ModelVersion("tiny", 3));
                assertThat(prediction.label()).isEqualTo("class-1");
                assertThat(prediction.confidence()).isEqualTo(.7f);
                assertThat(prediction.embeddingSketch()).hasSize(16);
            });
        }
        assertThat(count("sent")).isEqualTo(1);
    }

    @Test
    void aLargeImageGoesToTheStoreAndItsRecordRefersToIt() throws Exception {
        images = new LargeImagesConfig(Optional.of(folder.resolve("images").toString()), JPEG.size() - 1);
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer)) {
            capture.capture("request-7", List.of(jpeg()));
            ProducerRecord<byte[], byte[]> traffic = onlySent(producer);

            assertThat(traffic.value()).isEmpty();
            assertThat(new String(traffic.key(), StandardCharsets.US_ASCII)).isEqualTo(ID.hex());
            assertThat(TrafficImage.subject(traffic.headers())).isEqualTo("customer 17");
            ImageReference reference = ImageReference.read(traffic.headers()).orElseThrow();
            assertThat(new FolderImageStore(folder.resolve("images")).fetch(reference, JPEG.size()))
                    .isEqualTo(new FetchResult.Found(JPEG));
        }
        assertThat(count("sent")).isEqualTo(1);
    }

    @Test
    void whereTheStoreCannotBeWrittenTheImageFailsAndTheNextOnesGoOn() throws Exception {
        Files.writeString(folder.resolve("images"), "no folder");
        images = new LargeImagesConfig(Optional.of(folder.resolve("images").toString()), JPEG.size() - 1);
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer)) {
            capture.capture("request-7", List.of(jpeg()));
            await().untilAsserted(() -> assertThat(count("failed")).isEqualTo(1));
            capture.capture("request-8", List.of(jpeg()));
            await().untilAsserted(() -> assertThat(count("failed")).isEqualTo(2));
        }
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void cloudEventsOwnDeserializerTakesItForAnEvent() {
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer);
                CloudEventDeserializer events = new CloudEventDeserializer()) {
            capture.capture("request-7", List.of(jpeg()));
            ProducerRecord<byte[], byte[]> traffic = onlySent(producer);

            CloudEvent event = events.deserialize(traffic.topic(), traffic.headers(), traffic.value());
            assertThat(event.getId()).isEqualTo("request-7");
            assertThat(event.getType()).isEqualTo(TrafficImage.EVENT_TYPE);
            assertThat(event.getSource()).hasToString("camera/4");
            assertThat(event.getDataContentType()).isEqualTo("image/jpeg");
            assertThat(event.getExtension("freshetmodel")).isEqualTo("tiny");
        }
    }

    @Test
    void pixelsGoAsPng() {
        ImageShape shape = TinyModels.SHAPE;
        byte[] pixels = TinyModels.pixels(5, shape);
        PixelImage image = PixelImage.ofGray(shape.width(), shape.height(), pixels);
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer)) {
            capture.capture("request-7", List.of(served(new ServedImage.Pixels(ByteBuffer.wrap(pixels), shape))));
            ProducerRecord<byte[], byte[]> traffic = onlySent(producer);

            assertThat(new String(traffic.key(), StandardCharsets.US_ASCII))
                    .isEqualTo(image.id().hex());
            assertThat(traffic.value()).isEqualTo(image.toPng().bytes());
            TrafficImage read = TrafficImage.read(new EncodedImage(traffic.value()), traffic.headers(), NOW);
            assertThat(read.contentType()).hasValue("image/png");
        }
    }

    @Test
    void asynchronousCaptureHoldsNoAnswerBack() {
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofMillis(50), producer(false))) {
            assertThat(capture.capture("request-7", List.of(jpeg())).toCompletableFuture())
                    .isCompleted();
        }
    }

    @Test
    void durableCaptureHoldsTheAnswerBackUntilKafkaHasAllImages() {
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.DURABLE, Duration.ofMinutes(1), producer)) {
            CompletionStage<Void> answer = capture.capture("request-7", List.of(jpeg(), jpeg()));
            await().until(() -> producer.history().size() == 2);
            producer.completeNext();
            assertThat(answer.toCompletableFuture()).isNotDone();

            producer.completeNext();
            assertThat(answer.toCompletableFuture()).isCompleted();
            assertThat(count("sent")).isEqualTo(2);
        }
    }

    @Test
    void anAnswerThatHasWaitedForItsTimeGoesWithoutAndIsCountedAsLateOnly() {
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.DURABLE, Duration.ofMillis(20), producer)) {
            CompletableFuture<Void> answer =
                    capture.capture("request-7", List.of(jpeg())).toCompletableFuture();

            await().untilAsserted(() -> assertThat(answer).isCompleted());
            assertThat(count("late")).isEqualTo(1);
            await().until(producer::completeNext);
            assertThat(count("sent")).isZero();
        }
    }

    @Test
    void anImageThatKafkaRefusesIsCountedAndHoldsNothingUp() {
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.DURABLE, Duration.ofMinutes(1), producer)) {
            CompletionStage<Void> answer = capture.capture("request-7", List.of(jpeg()));
            await().until(() -> producer.errorNext(new KafkaException("refused")));

            assertThat(answer.toCompletableFuture()).isCompleted();
            assertThat(count("failed")).isEqualTo(1);
        }
    }

    @Test
    void aProducerThatBreaksOnOneImageSendsTheNext() {
        MockProducer<byte[], byte[]> producer = producer(true);
        producer.sendException = new KafkaException("no room");
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer)) {
            capture.capture("request-7", List.of(jpeg()));
            await().untilAsserted(() -> assertThat(count("failed")).isEqualTo(1));
            producer.sendException = null;
            capture.capture("request-7", List.of(jpeg()));

            await().untilAsserted(() -> assertThat(count("sent")).isEqualTo(1));
        }
    }

    @Test
    void whatDoesNotFitIntoTheBufferIsDroppedAndThereIsRoomAgainLater() {
        EncodedImage large = new EncodedImage(new byte[3 << 20]);
        ServedPrediction served = served(new ServedImage.Encoded(ID, large, Optional.empty()));
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofMillis(50), producer)) {
            IntStream.range(0, 5).forEach(i -> capture.capture("request-7", List.of(served)));
            assertThat(count("dropped")).isEqualTo(3);

            await().until(() -> producer.completeNext() && count("sent") == 1);
            capture.capture("request-7", List.of(served));
            assertThat(count("dropped")).isEqualTo(3);
        }
    }

    @Test
    void aCloseSendsWhatWasTaken() {
        MockProducer<byte[], byte[]> producer = producer(true);
        TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer);
        capture.capture("request-7", List.of(jpeg(), jpeg(), jpeg()));
        capture.close();

        assertThat(producer.history()).hasSize(3);
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void imagesBeyondTheCapOfASecondAreLeftOutAndCounted() {
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), 2, WhenAway.DROP, producer)) {
            capture.capture(
                    "request-7", IntStream.range(0, 50).mapToObj(i -> jpeg()).toList());

            await().untilAsserted(
                            () -> assertThat(count("sent") + count("capped")).isEqualTo(50));
            assertThat(count("capped")).isGreaterThan(40);
        }
    }

    @Test
    void whileKafkaIsAwayImagesAreSpooledAndReplayedInOrderWhenItIsBack() {
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture =
                capture(CaptureMode.DURABLE, Duration.ofMinutes(1), 0, WhenAway.SPOOL, producer)) {
            CompletionStage<Void> first = capture.capture("a", List.of(named("a")));
            await().until(() -> producer.errorNext(new TimeoutException("away")));
            await().untilAsserted(() -> assertThat(first.toCompletableFuture()).isCompleted()); // on disk is safe
            CompletionStage<Void> second = capture.capture("b", List.of(named("b"), named("c")));
            await().untilAsserted(() -> assertThat(second.toCompletableFuture()).isCompleted());
            assertThat(count("spooled")).isEqualTo(3);
            assertThat(spoolBytes()).isPositive();

            await().until(() -> replayed() + (producer.completeNext() ? 1 : 0) >= 3 && spoolBytes() == 0);
            capture.capture("d", List.of(named("d")));
            await().until(producer::completeNext);
            await().untilAsserted(() -> assertThat(count("sent")).isEqualTo(1));
        }
        assertThat(lastIds(producer, 4)).containsExactly("a", "b", "c", "d");
    }

    @Test
    void whatWasSpooledIsReplayedAfterARestart() {
        MockProducer<byte[], byte[]> away = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(1), 0, WhenAway.SPOOL, away)) {
            capture.capture("a", List.of(named("a")));
            await().until(() -> away.errorNext(new TimeoutException("away")));
            capture.capture("b", List.of(named("b")));
            await().untilAsserted(() -> assertThat(count("spooled")).isEqualTo(2));
        }
        MockProducer<byte[], byte[]> back = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(1), 0, WhenAway.SPOOL, back)) {
            await().until(() -> back.history().size() == 2);
            capture.capture("c", List.of(named("c")));
            await().until(() -> back.history().size() == 3);
        }
        assertThat(lastIds(back, 3)).containsExactly("a", "b", "c");
        assertThat(TrafficImage.read(JPEG, back.history().getFirst().headers(), NOW)
                        .prediction())
                .isPresent();
    }

    @Test
    void anImageThatKafkaWillNeverTakeIsNotSpooled() {
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(1), 0, WhenAway.SPOOL, producer)) {
            capture.capture("a", List.of(named("a")));
            await().until(() -> producer.errorNext(new RecordTooLargeException("too large")));
            await().untilAsserted(() -> assertThat(count("failed")).isEqualTo(1));
            assertThat(count("spooled")).isZero();
        }
    }

    @Test
    void whatAShadowSaidGoesWithTheImage() {
        MockProducer<byte[], byte[]> producer = producer(true);
        CompletableFuture<Optional<SecondOpinion>> shadow = new CompletableFuture<>();
        SecondOpinion second = new SecondOpinion(4, "class-2", .5f);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer)) {
            capture.capture("a", List.of(shadowed(shadow)));
            shadow.complete(Optional.of(second));

            assertThat(saidByShadow(onlySent(producer))).contains(second);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CaptureMode.class,
            names = {"ASYNC", "DURABLE"})
    void noImageIsLostToAShadowThatNeverAnswers(CaptureMode mode) {
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(mode, Duration.ofSeconds(5), producer)) {
            capture.capture("a", List.of(shadowed(new CompletableFuture<>())));
        } // which waits for what is under way

        assertThat(saidByShadow(onlySent(producer))).isEmpty();
    }

    private static ServedPrediction shadowed(CompletableFuture<Optional<SecondOpinion>> shadow) {
        ServedPrediction like = jpeg();
        return new ServedPrediction(
                "a",
                like.source(),
                like.subject(),
                like.time(),
                like.image(),
                like.model(),
                like.scores(),
                shadow,
                Span.NOOP);
    }

    private static Optional<SecondOpinion> saidByShadow(ProducerRecord<byte[], byte[]> traffic) {
        return TrafficImage.read(JPEG, traffic.headers(), NOW)
                .prediction()
                .orElseThrow()
                .shadow();
    }

    private static ServedPrediction named(String eventId) {
        ServedPrediction like = jpeg();
        return new ServedPrediction(
                eventId, like.source(), like.subject(), like.time(), like.image(), like.model(), like.scores());
    }

    private double spoolBytes() {
        return registry.get("freshet.serving.capture.spool").gauge().value();
    }

    private double replayed() {
        return registry.get("freshet.serving.capture.replayed").counter().count();
    }

    private static List<String> lastIds(MockProducer<byte[], byte[]> producer, int count) {
        List<ProducerRecord<byte[], byte[]>> history = producer.history();
        return history.subList(history.size() - count, history.size()).stream()
                .map(traffic -> TrafficImage.read(JPEG, traffic.headers(), NOW).eventId())
                .toList();
    }
}
