package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.bundle.ImageShape;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Client.Answer;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was answered lies in the topic by then: the capture is durable. */
class TrafficCaptureIT {

    private static final ImageShape SHAPE = TinyModels.SHAPE;
    private static final String PREDICT = "/v1/models/tiny:predict";

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Client client;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(folder, Deployment.config(folder, List.of("tiny"), CaptureMode.DURABLE));
        client = new Client(deployment.service().port(), Version.HTTP_1_1);
        deployment.announce(new ModelVersion("tiny", 2));
        await().until(deployment.service()::isReady);
    }

    @AfterAll
    static void stop() {
        client.close();
        deployment.close();
    }

    private static byte[] pixels(int seed) {
        return TinyModels.pixels(seed, SHAPE);
    }

    private static PixelImage image(byte[] pixels) {
        return PixelImage.ofGray(SHAPE.width(), SHAPE.height(), pixels);
    }

    /** All that lies in the topic now, by event id. */
    private static Map<String, ConsumerRecord<byte[], byte[]>> traffic() {
        Map<String, ConsumerRecord<byte[], byte[]>> traffic = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                deployment.kafka().clientConfig(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.TRAFFIC.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(found -> traffic.put(read(found).eventId(), found));
            }
        }
        return traffic;
    }

    private static ConsumerRecord<byte[], byte[]> found(String eventId) {
        return Optional.ofNullable(traffic().get(eventId)).orElseThrow();
    }

    private static TrafficImage read(ConsumerRecord<byte[], byte[]> found) {
        return TrafficImage.read(new EncodedImage(found.value()), found.headers(), Instant.EPOCH);
    }

    private static String key(ConsumerRecord<byte[], byte[]> found) {
        return new String(found.key(), StandardCharsets.US_ASCII);
    }

    @Test
    void aPlainImageLiesInTheTopicAsItWasSentWithWhatWasAnswered() throws Exception {
        byte[] png = image(pixels(1)).toPng().bytes();
        Answer answer = client.post(PREDICT, "image/png", png, "X-Request-Id", "plain", "Freshet-Source", "camera/7");
        ConsumerRecord<byte[], byte[]> found = found("plain");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(found.value()).isEqualTo(png);
        assertThat(key(found)).isEqualTo(answer.json().get("image_id").asText());
        TrafficImage image = read(found);
        assertThat(image.source()).isEqualTo("camera/7");
        assertThat(image.contentType()).hasValue("image/png");
        assertThat(image.time()).isAfter(Instant.EPOCH);
        assertThat(image.prediction()).hasValueSatisfying(prediction -> {
            assertThat(prediction.model()).isEqualTo(new ModelVersion("tiny", 2));
            assertThat(prediction.label()).isEqualTo(firstPrediction(answer, "class"));
            assertThat(Float.toString(prediction.confidence())).isEqualTo(firstPrediction(answer, "probability"));
            assertThat(prediction.embeddingSketch()).hasSize(16);
        });
    }

    private static String firstPrediction(Answer answer, String field) {
        try {
            return answer.json().get("predictions").get(0).get(field).asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void cloudEventsOwnDeserializerTakesIt() throws Exception {
        client.post(PREDICT, "image/png", image(pixels(2)).toPng().bytes(), "X-Request-Id", "event");
        ConsumerRecord<byte[], byte[]> found = found("event");
        try (CloudEventDeserializer events = new CloudEventDeserializer()) {
            CloudEvent event = events.deserialize(found.topic(), found.headers(), found.value());

            assertThat(event.getId()).isEqualTo("event");
            assertThat(event.getSource()).hasToString("freshet-serving");
            assertThat(event.getType()).isEqualTo(TrafficImage.EVENT_TYPE);
            assertThat(event.getExtension("freshetversion")).isEqualTo("2");
        }
    }

    @Test
    void eachOfSeveralImagesHasAnIdOfItsOwn() throws Exception {
        List<byte[]> files = List.of(
                image(pixels(3)).toPng().bytes(), image(pixels(4)).toPng().bytes());
        String data = files.stream()
                .map(file -> "\"" + Base64.getEncoder().encodeToString(file) + "\"")
                .collect(Collectors.joining(","));
        String json =
                "{\"inputs\":[{\"name\":\"images\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[" + data + "]}]}";
        Answer answer = client.post(
                "/v2/models/tiny/infer",
                "application/json",
                json.getBytes(StandardCharsets.UTF_8),
                "X-Request-Id",
                "several");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(found("several-0").value()).isEqualTo(files.get(0));
        assertThat(found("several-1").value()).isEqualTo(files.get(1));
        assertThat(read(found("several-0")).contentType()).isEmpty();
    }

    @Test
    void pixelsLieInTheTopicAsPng() throws Exception {
        byte[] pixels = pixels(5);
        List<String> numbers = new ArrayList<>();
        IntStream.range(0, pixels.length).forEach(i -> numbers.add(Integer.toString(pixels[i] & 0xff)));
        String json = "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,28,28,1],\"datatype\":\"UINT8\",\"data\":"
                + numbers + "}]}";
        client.post(
                "/v2/models/tiny/infer",
                "application/json",
                json.getBytes(StandardCharsets.UTF_8),
                "X-Request-Id",
                "pixels");
        ConsumerRecord<byte[], byte[]> found = found("pixels");

        assertThat(found.value()).isEqualTo(image(pixels).toPng().bytes());
        assertThat(key(found)).isEqualTo(image(pixels).id().hex());
        assertThat(read(found).contentType()).hasValue("image/png");
    }

    @Test
    void aClientCanKeepItsImagesOut() throws Exception {
        byte[] png = image(pixels(6)).toPng().bytes();
        client.post(PREDICT, "image/png", png, "X-Request-Id", "out", "Freshet-Capture", "off");
        client.post(PREDICT, "image/png", png, "X-Request-Id", "in");

        assertThat(traffic()).containsKey("in").doesNotContainKey("out");
    }

    @Test
    void aSourceThatIsLeftOutNeverIsTraffic() throws Exception {
        byte[] png = image(pixels(7)).toPng().bytes();
        client.post(PREDICT, "image/png", png, "X-Request-Id", "secret", "Freshet-Source", "camera/secret");

        assertThat(traffic()).doesNotContainKey("secret");
        assertThat(deployment.value("freshet.serving.capture", "outcome", "excluded"))
                .isEqualTo(1);
    }

    @Test
    void whatWasRefusedIsNoTraffic() throws Exception {
        client.post(PREDICT, "image/png", new byte[] {1}, "X-Request-Id", "refused");

        assertThat(traffic()).doesNotContainKey("refused");
    }
}
