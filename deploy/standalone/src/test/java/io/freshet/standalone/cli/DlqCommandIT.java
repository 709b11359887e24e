package io.freshet.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.kafka.EmbeddedBroker;
import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.TopicPosition;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.trainer.stream.TopicReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls startBroker before each test
class DlqCommandIT {

    private static final byte[] KEY = {7};

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private KafkaConnection kafka;

    @BeforeEach
    void startBroker() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
        kafka = KafkaConnection.to(broker.bootstrapServers());
        kafka.createMissingTopics(1, (short) 1);
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void lettersAreListedShownAndSentThroughAgainAsTheyCame() throws Exception {
        byte[] slow = {1, 2, 3};
        send(Topics.TRAFFIC_DLQ, slow, letter("too-slow", 0));
        send(Topics.TRAFFIC_DLQ, new byte[] {4}, letter("unknown-format", 1));

        assertThat(freshet(0, "dlq", "list")).contains("0:0", "too-slow", "{too-slow=1, unknown-format=1}");
        assertThat(freshet(0, "dlq", "list", "--reason", "unknown-format")).doesNotContain("too-slow");

        Path out = folder.resolve("image");
        assertThat(freshet(0, "dlq", "show", "0:0", "--out", out.toString())).contains("too-slow", "ce_id: e");
        assertThat(Files.readAllBytes(out)).isEqualTo(slow);

        assertThat(freshet(0, "dlq", "replay", "--reason", "too-slow")).contains("1 records");
        assertThat(read(Topics.TRAFFIC)).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo(KEY);
            assertThat(record.value()).isEqualTo(slow);
            assertThat(record.headers()).map(header -> header.key()).containsExactly("ce_id");
        });
    }

    @Test
    void aLetterThatCameWithoutItsRecordIsReplayedFromTheTraffic() throws Exception {
        byte[] large = new byte[1_000];
        send(Topics.TRAFFIC, large, new RecordHeaders());
        send(Topics.TRAFFIC_DLQ, null, letter("oversize", 0));

        freshet(0, "dlq", "replay", "0:0");

        assertThat(read(Topics.TRAFFIC))
                .hasSize(2)
                .allSatisfy(record -> assertThat(record.value()).isEqualTo(large));
    }

    @Test
    void aPlaceWithoutALetterIsAnError() {
        freshet(1, "dlq", "show", "0:5");
        freshet(1, "dlq", "show", "here");
        freshet(1, "dlq", "replay");
    }

    private String freshet(int code, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-b", broker.bootstrapServers()));
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(Freshet.run(line.toArray(String[]::new))).isEqualTo(code);
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    private static Headers letter(String reason, long origin) {
        Headers headers = new RecordHeaders().add("ce_id", "e".getBytes(StandardCharsets.UTF_8));
        new DeadLetter(reason, "because", "decode", new TopicPosition(0, origin)).writeTo(headers);
        return headers;
    }

    private void send(Topics topic, byte @Nullable [] value, Headers headers) throws Exception {
        try (var producer = new KafkaProducer<>(
                kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.topicName(), 0, KEY, value, headers))
                    .get();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> read(Topics topic) throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka, "dlq-it")) {
            reader.read(reader.all(topic), records::add);
        }
        return records;
    }
}
