package io.freshet.serving.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.batch.ImageScores;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TrafficCaptureTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final ImageId ID = new ImageId("ab".repeat(32));
    private static final EncodedImage JPEG = new EncodedImage(new byte[] {1, 2, 3});
    private static final ImageScores SCORES =
            new ImageScores(new float[] {.1f, .7f, .2f, 0, 0, 0, 0, 0, 0, 0}, new float[TinyModels.EMBEDDING]);

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private static MockProducer<byte[], byte[]> producer(boolean answers) {
        return new MockProducer<>(answers, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private TrafficCapture capture(CaptureMode mode, Duration timeout, MockProducer<byte[], byte[]> producer) {
        CaptureConfig defaults = CaptureConfig.defaults();
        CaptureConfig config = new CaptureConfig(
                mode, defaults.source(), timeout, Duration.ZERO, Topics.MAX_RECORD_BYTES, defaults.sketchSize());
        return new TrafficCapture(config, producer, registry);
    }

    private static ServedPrediction served(ServedImage image) {
        return new ServedPrediction(
                "request-7", "camera/4", NOW, image, TinyModels.descriptor(new ModelVersion("tiny", 3)), SCORES);
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
            capture.capture(List.of(jpeg()));
            ProducerRecord<byte[], byte[]> traffic = onlySent(producer);

            assertThat(traffic.topic()).isEqualTo("freshet.traffic");
            assertThat(new String(traffic.key(), StandardCharsets.US_ASCII)).isEqualTo(ID.hex());
            assertThat(traffic.value()).isEqualTo(JPEG.bytes());
            TrafficImage read = TrafficImage.read(JPEG, traffic.headers(), Instant.EPOCH);
            assertThat(read.eventId()).isEqualTo("request-7");
            assertThat(read.source()).isEqualTo("camera/4");
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
    void cloudEventsOwnDeserializerTakesItForAnEvent() {
        MockProducer<byte[], byte[]> producer = producer(true);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer);
                CloudEventDeserializer events = new CloudEventDeserializer()) {
            capture.capture(List.of(jpeg()));
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
            capture.capture(List.of(served(new ServedImage.Pixels(ByteBuffer.wrap(pixels), shape))));
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
            assertThat(capture.capture(List.of(jpeg())).toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void durableCaptureHoldsTheAnswerBackUntilKafkaHasAllImages() {
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.DURABLE, Duration.ofMinutes(1), producer)) {
            CompletionStage<Void> answer = capture.capture(List.of(jpeg(), jpeg()));
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
            CompletableFuture<Void> answer = capture.capture(List.of(jpeg())).toCompletableFuture();

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
            CompletionStage<Void> answer = capture.capture(List.of(jpeg()));
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
            capture.capture(List.of(jpeg()));
            await().untilAsserted(() -> assertThat(count("failed")).isEqualTo(1));
            producer.sendException = null;
            capture.capture(List.of(jpeg()));

            await().untilAsserted(() -> assertThat(count("sent")).isEqualTo(1));
        }
    }

    @Test
    void whatDoesNotFitIntoTheBufferIsDroppedAndThereIsRoomAgainLater() {
        EncodedImage large = new EncodedImage(new byte[3 << 20]);
        ServedPrediction served = served(new ServedImage.Encoded(ID, large, Optional.empty()));
        MockProducer<byte[], byte[]> producer = producer(false);
        try (TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofMillis(50), producer)) {
            IntStream.range(0, 5).forEach(i -> capture.capture(List.of(served)));
            assertThat(count("dropped")).isEqualTo(3);

            await().until(() -> producer.completeNext() && count("sent") == 1);
            capture.capture(List.of(served));
            assertThat(count("dropped")).isEqualTo(3);
        }
    }

    @Test
    void aCloseSendsWhatWasTaken() {
        MockProducer<byte[], byte[]> producer = producer(true);
        TrafficCapture capture = capture(CaptureMode.ASYNC, Duration.ofSeconds(5), producer);
        capture.capture(List.of(jpeg(), jpeg(), jpeg()));
        capture.close();

        assertThat(producer.history()).hasSize(3);
        assertThat(producer.closed()).isTrue();
    }
}
