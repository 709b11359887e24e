package io.freshet.ingest;

import io.freshet.ingest.drift.DriftConfig;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.EncodedImage;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.round.RoundMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology without a broker, with the service's own settings, a clock that stands still, and its topics. */
final class IngestHarness implements AutoCloseable {

    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final Duration WINDOW = Duration.ofDays(7);
    static final AuditConfig AUDIT = new AuditConfig(.2, "salt");
    static final DriftConfig DRIFT = new DriftConfig(60, 30, .001, 2, Duration.ofHours(1), 4, 4);

    final ManualClock clock = new ManualClock(START);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final TestInputTopic<byte[], byte[]> traffic;
    final TestOutputTopic<byte[], byte[]> deadLetters;
    final TestOutputTopic<String, UnlabeledImage> unlabeled;
    final TestOutputTopic<String, LabelRequest> labelRequests;
    final TestOutputTopic<String, RoundMessage> rounds;
    private final TopologyTestDriver driver;

    IngestHarness(Path folder) {
        IngestConfig config = new IngestConfig(
                "ingest", 1, folder, -1, DecodeLimits.DEFAULT, new DeduplicationConfig(WINDOW), AUDIT, DRIFT);
        Properties settings = new Properties();
        settings.putAll(StreamsSettings.of(config, KafkaConnection.to("127.0.0.1:9")));
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(settings)));
        new IngestTopology(config, registry, clock).addTo(builder);
        driver = new TopologyTestDriver(builder.build(), settings, START);
        traffic = driver.createInputTopic(
                Topics.TRAFFIC.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
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
