package io.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.freshet.ingest.accuracy.AccuracyConfig;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.ingest.drift.DriftConfig;
import io.freshet.kafka.TestBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.DeadLetter;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.claim.ClaimCheck;
import io.freshet.protocol.claim.FolderImageStore;
import io.freshet.protocol.claim.ImageReference;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit calls start before each test
class IngestServiceIT {

    private static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ModelVersion MODEL = new ModelVersion("m", 1);

    /** @param broken whether it is to be refused */
    private record Sent(EncodedImage content, boolean broken) {}

    @TempDir
    Path folder;

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private TestBroker broker;
    private KafkaConnection kafka;

    @BeforeEach
    void startBroker() throws Exception {
        broker = broker(folder.resolve("kafka"));
        kafka = KafkaConnection.to(broker.bootstrapServers());
    }

    TestBroker broker(Path records) throws Exception {
        return TestBroker.embedded(records);
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void everyImageComesThroughOnceThoughTheServiceStopsInBetween() throws Exception {
        kafka.createMissingTopics(PARTITIONS, (short) 1);
        List<Sent> early = traffic(0, 200);
        List<Sent> late = traffic(100, 400); // a third of its images are early ones again

        produce(early, .9);
        try (IngestService service = service()) {
            service.start();
            await().atMost(PATIENCE).until(() -> count("freshet.ingest.images", "outcome", "kept") >= 80);
            await().atMost(PATIENCE).until(service::isReady);
            assertThat(service.isHealthy()).isTrue();
        }
        produce(late, .5);
        try (IngestService service = service()) {
            service.start();
            await().atMost(PATIENCE).until(() -> count("freshet.ingest.images") >= early.size() + late.size());
            await().atMost(PATIENCE).until(() -> count("freshet.ingest.drift.alarms") > 0);
        }

        List<Sent> all = Stream.concat(early.stream(), late.stream()).toList();
        assertThatEachImageWasKeptOnce(all);
        assertThatTheBrokenOnesAreDeadLetters(all);
        assertThat(read(Topics.ROUNDS))
                .singleElement()
                .satisfies(record -> assertThat(Codecs.ROUND_MESSAGE.decode(record.value()))
                        .isInstanceOfSatisfying(
                                RoundMessage.Request.class,
                                request -> assertThat(request.model()).isEqualTo(MODEL.model())));
    }

    @Test
    void anImageThatNoRecordCarriesComesThroughTheStore() throws Exception {
        kafka.createMissingTopics(PARTITIONS, (short) 1);
        EncodedImage large = new EncodedImage(TestImages.noisePng(1, 1_800));
        assertThat(large.size()).isGreaterThan(Topics.MAX_RECORD_BYTES);
        ClaimCheck claimCheck = new ClaimCheck(Optional.of(new FolderImageStore(folder.resolve("images"))), 1 << 20);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (EncodedImage image : List.of(large, new EncodedImage(TestImages.png(2)), large)) {
            records.add(claimCheck.record(
                    null, new TrafficImage(image, Optional.empty(), "e", "/it", Instant.now(), Optional.empty())));
        }
        ProducerRecord<byte[], byte[]> missing = claimCheck.record(
                null, new TrafficImage(large, Optional.empty(), "gone", "/it", Instant.now(), Optional.empty(), "ann"));
        Files.delete(folder.resolve("images")
                .resolve(ImageReference.read(missing.headers()).orElseThrow().location()));
        records.add(missing);

        try (var producer = new KafkaProducer<>(
                        kafka.clientConfig(Map.of("max.request.size", Topics.MAX_RECORD_BYTES)),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                IngestService service = service()) {
            service.start();
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record).get();
            }
            await().atMost(PATIENCE).until(() -> count("freshet.ingest.images") >= records.size());
        }

        assertThat(read(Topics.UNLABELED))
                .map(record -> Codecs.UNLABELED_IMAGE.decode(record.value()).id())
                .containsExactlyInAnyOrder(
                        TestImages.decode(TestImages.png(2)).id(),
                        ((DecodeResult.Decoded) new ImageDecoder(config().decode()).decode(large.bytes()))
                                .image()
                                .within(config().keptSide())
                                .id());
        assertThat(read(Topics.TRAFFIC_DLQ))
                .singleElement()
                .satisfies(letter -> assertThat(
                                DeadLetter.read(letter.headers()).orElseThrow().reason())
                        .isEqualTo("reference-missing"));
    }

    @Test
    void topicsThatAreMissingAreNamed() {
        try (IngestService service = service()) {
            assertThatExceptionOfType(MissingTopicsException.class)
                    .isThrownBy(service::start)
                    .withMessageContainingAll("freshet.traffic,", "freshet.rounds", broker.bootstrapServers());
            assertThat(service.isReady()).isFalse();
        }
    }

    @Test
    void trafficThatIsNoLongerThereStopsItAndIsReported() throws Exception {
        kafka.createMissingTopics(PARTITIONS, (short) 1);
        try (IngestService service = service();
                Admin admin = Admin.create(kafka.clientConfig(Map.of()))) {
            service.start();
            await().atMost(PATIENCE).until(service::isReady);
            admin.deleteTopics(List.of(Topics.TRAFFIC.topicName())).all().get();

            await().atMost(PATIENCE).until(() -> !service.isHealthy());
            assertThat(service.isReady()).isFalse();
        }
    }

    private void assertThatEachImageWasKeptOnce(List<Sent> sent) {
        Set<ImageId> ids = sent.stream()
                .filter(image -> !image.broken())
                .map(image -> TestImages.decode(image.content().bytes()).id())
                .collect(Collectors.toSet());
        AuditSample sample = new AuditSample(config().audit());
        List<UnlabeledImage> kept = read(Topics.UNLABELED).stream()
                .map(record -> Codecs.UNLABELED_IMAGE.decode(record.value()))
                .toList();

        assertThat(kept).extracting(UnlabeledImage::id).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(kept)
                .allSatisfy(image ->
                        assertThat(TestImages.decode(image.png().bytes()).id()).isEqualTo(image.id()));
        assertThat(read(Topics.LABEL_REQUESTS))
                .map(record -> Codecs.LABEL_REQUEST.decode(record.value()))
                .extracting(LabelRequest::id)
                .containsExactlyInAnyOrderElementsOf(
                        ids.stream().filter(sample::contains).toList());
    }

    private void assertThatTheBrokenOnesAreDeadLetters(List<Sent> sent) {
        List<ConsumerRecord<byte[], byte[]>> letters = read(Topics.TRAFFIC_DLQ);

        assertThat(letters)
                .map(letter -> new EncodedImage(letter.value()))
                .containsExactlyInAnyOrderElementsOf(
                        sent.stream().filter(Sent::broken).map(Sent::content).toList());
        assertThat(letters)
                .map(letter -> DeadLetter.read(letter.headers())
                        .map(DeadLetter::reason)
                        .orElse("none"))
                .containsOnly("empty", "unknown-format", "undecodable");
    }

    /** An image a seed, JPEG and PNG by turns; then the first forty again, half of them as other files; and broken ones. */
    private static List<Sent> traffic(int firstSeed, int endSeed) {
        List<byte[]> images = IntStream.range(firstSeed, endSeed)
                .mapToObj(seed -> seed % 2 == 0 ? TestImages.png(seed) : TestImages.jpeg(seed))
                .toList();
        List<Sent> sent = new ArrayList<>();
        images.forEach(image -> sent.add(new Sent(new EncodedImage(image), false)));
        images.subList(0, 20).forEach(image -> sent.add(new Sent(new EncodedImage(image), false)));
        images.subList(20, 40)
                .forEach(image -> sent.add(new Sent(new EncodedImage(TestImages.reencodedAsPng(image)), false)));
        for (int i = 0; i < 10; i++) {
            sent.add(new Sent(new EncodedImage(TestImages.truncated(TestImages.png(i))), true));
            sent.add(new Sent(new EncodedImage(("no image " + i).getBytes(StandardCharsets.UTF_8)), true));
            sent.add(new Sent(new EncodedImage(new byte[0]), true));
        }
        Collections.shuffle(sent, new Random(firstSeed));
        return sent;
    }

    private void produce(List<Sent> traffic, double confidence) throws Exception {
        Random random = new Random(1);
        List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
        try (var producer = new KafkaProducer<>(
                kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < traffic.size(); i++) {
                EncodedImage content = traffic.get(i).content();
                var record = new ProducerRecord<byte[], byte[]>(
                        Topics.TRAFFIC.topicName(), i % PARTITIONS, null, content.bytes());
                float shown = (float) (confidence + .02 * random.nextGaussian());
                Prediction prediction = new Prediction(MODEL, "boot", shown, List.of());
                new TrafficImage(content, Optional.empty(), "e" + i, "/it", Instant.now(), Optional.of(prediction))
                        .writeTo(record.headers());
                acknowledged.add(producer.send(record));
            }
            for (Future<RecordMetadata> record : acknowledged) {
                record.get();
            }
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> read(Topics topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                kafka.clientConfig(Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private double count(String meter, String... tags) {
        return registry.find(meter).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private IngestService service() {
        return new IngestService(config(), kafka, registry, Clock.systemUTC());
    }

    private IngestConfig config() {
        return new IngestConfig(
                "ingest-it",
                2,
                folder.resolve("state"),
                -1,
                new DecodeLimits(16 << 20, 8_192, 16_000_000, PATIENCE),
                512,
                new ImagesConfig(Optional.of(folder.resolve("images").toString()), Duration.ofDays(31)),
                DeduplicationConfig.defaults(),
                new AuditConfig(.2, "salt"),
                BudgetConfig.defaults(),
                new DriftConfig(60, 20, .001, 2, Duration.ofHours(1), 4, 4),
                AccuracyConfig.defaults());
    }
}
