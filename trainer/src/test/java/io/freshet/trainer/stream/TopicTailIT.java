package io.freshet.trainer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.OffsetRange;
import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicTailIT {

    @TempDir
    Path folder;

    private TestBroker broker;
    private KafkaProducer<String, String> producer;
    private TopicReader reader;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.embedded(folder.resolve("kafka"));
        KafkaConnection connection = KafkaConnection.to(broker.bootstrapServers());
        connection.createMissingTopics(2, (short) 1);
        producer =
                new KafkaProducer<>(connection.clientConfig(Map.of()), new StringSerializer(), new StringSerializer());
        reader = new TopicReader(connection, "test");
    }

    @AfterEach
    void stop() {
        reader.close();
        producer.close();
        broker.close();
    }

    @Test
    void eachReadingHandsOverWhatHasComeSinceTheOneBefore() throws Exception {
        TopicTail tail = TopicTail.fromBeginning(reader, Topics.ROUNDS);
        assertThat(read(tail)).isEmpty();
        send("a", "b");
        assertThat(read(tail)).containsExactly("a", "b");
        send("c");
        assertThat(read(tail)).containsExactly("c");
        assertThat(read(tail)).isEmpty();
    }

    @Test
    void aTailFromNowPassesOverWhatWasThereBefore() throws Exception {
        send("a");
        TopicTail tail = TopicTail.fromNow(reader, Topics.ROUNDS);
        send("b");
        assertThat(read(tail)).containsExactly("b");
    }

    @Test
    void aReadingThatBreaksOffIsDoneAgain() throws Exception {
        TopicTail tail = TopicTail.fromBeginning(reader, Topics.ROUNDS);
        send("a", "b");
        assertThatThrownBy(() -> tail.read(record -> {
                    throw new IllegalStateException("a fault");
                }))
                .hasMessage("a fault");
        assertThat(read(tail)).containsExactly("a", "b");
    }

    @Test
    void partitionsComeOneAfterAnotherHoweverMuchTheyHold() throws Exception {
        List<OffsetRange> ranges = reader.all(Topics.UNLABELED);
        assertThat(ranges).extracting(OffsetRange::partition).containsExactly(0, 1);
        String large = "x".repeat(1_000);
        for (int i = 0; i < 6_000; i++) { // more than a poll brings
            var unused = producer.send(new ProducerRecord<>(Topics.UNLABELED.topicName(), i % 2, "" + i, large));
        }
        producer.flush();
        List<Integer> partitions = new ArrayList<>();
        reader.read(reader.all(Topics.UNLABELED), record -> partitions.add(record.partition()));
        assertThat(partitions).hasSize(6_000).isSorted();
    }

    private static List<String> read(TopicTail tail) throws InterruptedException {
        List<String> values = new ArrayList<>();
        tail.read(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
        return values;
    }

    private void send(String... values) throws Exception {
        for (String value : values) {
            producer.send(new ProducerRecord<>(Topics.ROUNDS.topicName(), "model", value))
                    .get();
        }
    }
}
