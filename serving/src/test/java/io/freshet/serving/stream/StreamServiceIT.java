package io.freshet.serving.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once, against a real broker; the answers tell what they answer. */
class StreamServiceIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PARTITIONS = 3;
    private static final StreamConfig CONFIG = new StreamConfig("images", "answers", "classifiers", "", 8);

    @TempDir
    Path folder;

    private TestBroker broker;
    private KafkaConnection kafka;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<StreamService> services = new ArrayList<>();
    private final List<KafkaProducer<byte[], byte[]>> dangling = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.embedded(folder);
        kafka = KafkaConnection.to(broker.bootstrapServers());
        try (Admin admin = Admin.create(kafka.clientConfig(Map.of()))) {
            admin.createTopics(List.of(
                            new NewTopic(CONFIG.requests(), PARTITIONS, (short) 1),
                            new NewTopic(CONFIG.responses(), PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        services.forEach(StreamService::close);
        dangling.forEach(producer -> producer.close(Duration.ZERO));
        broker.close();
    }

    private static StreamResponse echo(StreamRequest request) {
        String text = new String(request.content().bytes(), StandardCharsets.UTF_8);
        return new StreamResponse(200, text, Optional.empty());
    }

    private static Answering echoing() {
        return request -> CompletableFuture.completedFuture(echo(request));
    }

    private Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                StreamService.producerConfig(CONFIG, kafka), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private StreamService begin(Answering answering) {
        return begin(this::producer, answering);
    }

    private StreamService begin(Supplier<Producer<byte[], byte[]>> producers, Answering answering) {
        StreamService service = new StreamService(CONFIG, "test", kafka, producers, answering, registry);
        services.add(service);
        return service;
    }

    /** Sends images that are numbers, in turn to the partitions. */
    private void send(int from, int to) throws Exception {
        try (KafkaProducer<byte[], byte[]> sender = new KafkaProducer<>(
                kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = from; i < to; i++) {
                byte[] text = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
                ProducerRecord<byte[], byte[]> image =
                        new ProducerRecord<>(CONFIG.requests(), i % PARTITIONS, text, text);
                image.headers().add("kafka_correlationId", text);
                sender.send(image).get();
            }
        }
    }

    /** The committed answers, those of each partition in their order. */
    private List<ConsumerRecord<byte[], byte[]>> answers() {
        List<ConsumerRecord<byte[], byte[]>> answers = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.clientConfig(Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(i -> new TopicPartition(CONFIG.responses(), i))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(answers::add);
            }
        }
        return answers;
    }

    private static int number(ConsumerRecord<byte[], byte[]> answer) {
        return Integer.parseInt(new String(answer.value(), StandardCharsets.UTF_8).replace("\"", ""));
    }

    private void awaitEachAnsweredOnceAndInOrder(int images) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> answers().size() >= images);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int wanted = partition;
            assertThat(answers().stream()
                            .filter(answer -> answer.partition() == wanted)
                            .map(StreamServiceIT::number))
                    .containsExactlyElementsOf(IntStream.range(0, images)
                            .filter(i -> i % PARTITIONS == wanted)
                            .boxed()
                            .toList());
        }
    }

    @Test
    void eachImageIsAnsweredOnceUnderItsKeyWithItsCorrelationId() throws Exception {
        send(0, 30);
        begin(echoing());
        send(30, 60);
        awaitEachAnsweredOnceAndInOrder(60);
        assertThat(answers()).allSatisfy(answer -> {
            assertThat(answer.headers().lastHeader("kafka_correlationId").value())
                    .isEqualTo(answer.key());
            assertThat(answer.headers().lastHeader("freshet-status").value())
                    .isEqualTo("200".getBytes(StandardCharsets.UTF_8));
        });
        assertThat(registry.get("freshet.serving.stream")
                        .tag("outcome", "ok")
                        .counter()
                        .count())
                .isEqualTo(60);
    }

    @Test
    void whatAReplicaHadInWorkWhenItEndedAnotherAnswers() throws Exception {
        send(0, 60);
        CountDownLatch inWork = new CountDownLatch(1);
        Answering stuck = request -> {
            StreamResponse response = echo(request);
            if (response.body().equals("31")) {
                inWork.countDown();
                return new CompletableFuture<>(); // and there is no answer
            }
            return CompletableFuture.completedFuture(response);
        };
        StreamService first = begin(stuck);
        assertThat(inWork.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        first.close();
        begin(echoing());
        awaitEachAnsweredOnceAndInOrder(60);
    }

    @Test
    void aReplicaThatIsKilledBeforeItsCommitRepeatsNothingForReadersOfCommittedRecords() throws Exception {
        send(0, 30);
        AtomicBoolean killed = new AtomicBoolean();
        begin(() -> new Killed(killed), echoing());
        await().atMost(PATIENCE).untilTrue(killed);
        send(30, 60);
        awaitEachAnsweredOnceAndInOrder(60);
        assertThat(registry.get("freshet.serving.stream.restarts").counter().count())
                .isPositive();
    }

    /** Dies once, with answers and offsets in a transaction that nobody ends: a killed process does not. */
    private final class Killed extends KafkaProducer<byte[], byte[]> {

        private final AtomicBoolean killed;
        private boolean dies;

        Killed(AtomicBoolean killed) {
            super(StreamService.producerConfig(CONFIG, kafka), new ByteArraySerializer(), new ByteArraySerializer());
            this.killed = killed;
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
            super.sendOffsetsToTransaction(offsets, groupMetadata);
            if (killed.compareAndSet(false, true)) {
                flush();
                dies = true;
                dangling.add(this);
                throw new KafkaException("killed");
            }
        }

        @Override
        public void close(Duration timeout) {
            if (!dies || timeout.isZero()) {
                super.close(timeout);
            }
        }
    }

    @Test
    void replicasShareThePartitionsAndAnotherThatJoinsRepeatsNothing() throws Exception {
        ConcurrentLinkedQueue<Object> bySecond = new ConcurrentLinkedQueue<>();
        Answering second = request -> {
            bySecond.add(echo(request).body());
            return CompletableFuture.completedFuture(echo(request));
        };
        begin(echoing());
        send(0, 30);
        await().atMost(PATIENCE).until(() -> !answers().isEmpty());
        begin(second);
        int sent = 30;
        while (bySecond.isEmpty() && sent < 30_000) {
            send(sent, sent + 30);
            sent += 30;
        }
        assertThat(bySecond).isNotEmpty();
        awaitEachAnsweredOnceAndInOrder(sent);
    }
}
