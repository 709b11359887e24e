package io.freshet.ingest;

import io.freshet.ingest.accuracy.AccuracyConfig;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.ingest.drift.DriftConfig;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.Erasure;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.claim.ImageStores;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology without a broker, with the service's own settings, a clock that stands still, and its topics. */
final class IngestHarness implements AutoCloseable {

    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final Duration WINDOW = Duration.ofDays(7);
    static final int KEPT_SIDE = 64;
    static final DeduplicationConfig DEDUPLICATION = new DeduplicationConfig(WINDOW, true, 10_000);
    static final BudgetConfig AMPLE = new BudgetConfig(1_000_000, 1_000_000_000, Duration.ofSeconds(10), 1, 1, .5, 100);
    static final AuditConfig AUDIT = new AuditConfig(.2, "salt");
    static final DriftConfig DRIFT = new DriftConfig(60, 30, .001, 2, Duration.ofHours(1), 4, 4);

    static final AccuracyConfig ACCURACY = new AccuracyConfig(Duration.ofDays(30), 50, 2);

    final ManualClock clock = new ManualClock(START);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final TestInputTopic<byte[], byte[]> traffic;
    final TestInputTopic<String, Erasure> erasures;
    final TestInputTopic<byte[], byte[]> labels;
    final TestOutputTopic<byte[], byte[]> deadLetters;
    final TestOutputTopic<String, UnlabeledImage> unlabeled;
    final TestOutputTopic<String, LabelRequest> labelRequests;
    final TestOutputTopic<String, RoundMessage> rounds;
    private final TopologyTestDriver driver;
    private final int stages;

    IngestHarness(Path folder) {
        this(folder, AMPLE);
    }

    IngestHarness(Path folder, BudgetConfig budget) {
        IngestConfig config = new IngestConfig(
                "ingest",
                1,
                folder,
                -1,
                DecodeLimits.DEFAULT,
                KEPT_SIDE,
                new ImagesConfig(Optional.of(folder.resolve("images").toString()), Duration.ofDays(31)),
                DEDUPLICATION,
                AUDIT,
                budget,
                DRIFT,
                ACCURACY);
        Properties settings = new Properties();
        settings.putAll(StreamsSettings.of(config, KafkaConnection.to("127.0.0.1:9")));
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(settings)));
        new IngestTopology(config, 1, config.images().open(ImageStores.folders()), registry, clock, Tracing.off())
                .addTo(builder);
        Topology topology = builder.build();
        stages = topology.describe().subtopologies().size();
        driver = new TopologyTestDriver(topology, settings, START);
        traffic = driver.createInputTopic(
                Topics.TRAFFIC.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
        erasures = driver.createInputTopic(
                Topics.ERASURES.topicName(), new StringSerializer(), Codecs.ERASURE.serializer());
        labels = driver.createInputTopic(
                Topics.LABELS.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
        deadLetters = driver.createOutputTopic(
                Topics.TRAFFIC_DLQ.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        unlabeled = driver.createOutputTopic(
                Topics.UNLABELED.topicName(), new StringDeserializer(), Codecs.UNLABELED_IMAGE.deserializer());
        labelRequests = driver.createOutputTopic(
                Topics.LABEL_REQUESTS.topicName(), new StringDeserializer(), Codecs.LABEL_REQUEST.deserializer());
        rounds = driver.createOutputTopic(
                Topics.ROUNDS.topicName(), new StringDeserializer(), Codecs.ROUND_MESSAGE.deserializer());
    }

    /** Sends nothing but an image, as {@code kcat} would. */
    void send(byte[] image) {
        sendAt(image, clock.instant());
    }

    void sendAt(byte[] image, Instant time) {
        traffic.pipeInput(null, image, time);
    }

    /** Sends an image as serving does. */
    void send(byte[] image, Prediction prediction) {
        Headers headers = new RecordHeaders();
        new TrafficImage(new EncodedImage(image), Optional.empty(), "e", "/s", clock.instant(), Optional.of(prediction))
                .writeTo(headers);
        traffic.pipeInput(new TestRecord<>(null, image, headers, clock.instant()));
    }

    /** Sends an image as from a source. */
    void sendFrom(String source, byte[] image) {
        Headers headers = new RecordHeaders();
        new TrafficImage(new EncodedImage(image), Optional.empty(), "e", source, clock.instant(), Optional.empty())
                .writeTo(headers);
        traffic.pipeInput(new TestRecord<>(null, image, headers, clock.instant()));
    }

    /** Sends an image of a subject. */
    void sendOf(String subject, byte[] image) {
        Headers headers = new RecordHeaders();
        new TrafficImage(
                        new EncodedImage(image),
                        Optional.empty(),
                        "e",
                        "/s",
                        clock.instant(),
                        Optional.empty(),
                        subject)
                .writeTo(headers);
        traffic.pipeInput(new TestRecord<>(null, image, headers, clock.instant()));
    }

    void erase(Erasure.Target target) {
        erasures.pipeInput(target.key(), new Erasure(target, clock.instant(), Optional.empty(), List.of(), "a test"));
    }

    /** Lets time pass by the machine's clock, not by that of the traffic. */
    void wait(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** How many images near copies are looked for of. */
    long remembered() {
        long count = 0;
        try (var entries = driver.getKeyValueStore("kept-images").all()) {
            for (; entries.hasNext(); entries.next()) {
                count++;
            }
        }
        return count;
    }

    double images(String outcome) {
        return registry.get("freshet.ingest.images")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    double refused(String reason) {
        return registry.get("freshet.ingest.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /** Parts of the topology that run apart, with a topic between them. */
    int stages() {
        return stages;
    }

    /** Names of the stores that hold state. */
    Set<String> stores() {
        return driver.getAllStateStores().keySet();
    }

    /** Names of the topics that records were written to so far, internal ones too. */
    Set<String> writtenTopics() {
        return driver.producedTopicNames();
    }

    @Override
    public void close() {
        driver.close();
    }
}
