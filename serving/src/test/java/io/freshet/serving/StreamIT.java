package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.kafka.TestBroker;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.image.PixelImage;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.stream.StreamConfig;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images from a topic, answered by a real network on another. */
class StreamIT {

    private static final String REQUESTS = "shop.images";
    private static final String RESPONSES = "shop.classes";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static KafkaProducer<byte[], byte[]> sender;

    @BeforeAll
    static void start() throws Exception {
        TestBroker broker = TestBroker.embedded(folder.resolve("kafka"));
        try (Admin admin =
                Admin.create(KafkaConnection.to(broker.bootstrapServers()).clientConfig(Map.of()))) {
            admin.createTopics(List.of(new NewTopic(REQUESTS, 2, (short) 1), new NewTopic(RESPONSES, 1, (short) 1)))
                    .all()
                    .get();
        }
        ServingConfig config = Deployment.withStream(
                Deployment.config(folder, List.of(), CaptureMode.ASYNC),
                new StreamConfig(REQUESTS, RESPONSES, "shop", "", 16));
        deployment = Deployment.start(folder, config, broker);
        sender = new KafkaProducer<>(
                deployment.kafka().clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        sender.close();
        deployment.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static PixelImage image(int seed) {
        return PixelImage.ofGray(28, 28, TinyModels.pixels(seed, TinyModels.SHAPE));
    }

    /** @param headers names and values in turn */
    private static void send(String correlationId, byte[] value, String... headers) throws Exception {
        ProducerRecord<byte[], byte[]> request = new ProducerRecord<>(REQUESTS, bytes(correlationId), value);
        request.headers().add("correlation-id", bytes(correlationId));
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().add(headers[i], bytes(headers[i + 1]));
        }
        sender.send(request).get();
    }

    private static ConsumerRecord<byte[], byte[]> awaitAnswer(String correlationId) {
        return await().atMost(PATIENCE).until(() -> answers().get(correlationId), answer -> answer != null);
    }

    private static Map<String, ConsumerRecord<byte[], byte[]>> answers() {
        Map<String, ConsumerRecord<byte[], byte[]>> answers = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                deployment.kafka().clientConfig(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition only = new TopicPartition(RESPONSES, 0);
            consumer.assign(List.of(only));
            consumer.seekToBeginning(List.of(only));
            long end = consumer.endOffsets(List.of(only)).getOrDefault(only, 0L);
            while (consumer.position(only) < end) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(answer -> answers.put(header(answer, "correlation-id"), answer));
            }
        }
        return answers;
    }

    private static String header(ConsumerRecord<byte[], byte[]> answer, String name) {
        return new String(answer.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> answer) throws IOException {
        return new ObjectMapper().readTree(answer.value());
    }

    @Test
    void anImageWaitsForAModelAndIsAnsweredAsAPlainImageIs() throws Exception {
        send("waiting", image(1).toPng().bytes(), "ce_source", "shop/3");
        deployment.announce(new ModelVersion("tiny", 2));
        ConsumerRecord<byte[], byte[]> answer = awaitAnswer("waiting");

        assertThat(new String(answer.key(), StandardCharsets.UTF_8)).isEqualTo("waiting");
        assertThat(header(answer, "freshet-status")).isEqualTo("200");
        assertThat(header(answer, "freshet-model-version")).startsWith("tiny/");
        assertThat(header(answer, "content-type")).isEqualTo("application/json");
        assertThat(json(answer).get("image_id").asText())
                .isEqualTo(image(1).id().hex());
        assertThat(json(answer).get("request_id").asText()).isEqualTo("waiting");
        assertThat(json(answer).get("predictions")).hasSize(10);
        assertThat(json(answer).get("predictions").get(0).has("class")).isTrue();
    }

    @Test
    void whatIsNoImageIsAnsweredWithAProblemAndTheNextIsAnswered() throws Exception {
        deployment.announce(new ModelVersion("tiny", 3));
        send("text", bytes("no image"));
        send("unnamed", image(2).toPng().bytes(), "freshet-model", "nobody");
        send("after", image(3).toPng().bytes(), "freshet-model", "tiny");

        ConsumerRecord<byte[], byte[]> text = awaitAnswer("text");
        assertThat(header(text, "freshet-status")).isEqualTo("400");
        assertThat(header(text, "content-type")).isEqualTo("application/problem+json");
        assertThat(json(text).get("reason").asText()).isEqualTo("unknown-format");
        assertThat(json(awaitAnswer("unnamed")).get("detail").asText()).contains("nobody", "tiny");
        assertThat(header(awaitAnswer("after"), "freshet-status")).isEqualTo("200");
        assertThat(deployment.value("freshet.serving.stream", "outcome", "client_error"))
                .isEqualTo(2);
    }
}
