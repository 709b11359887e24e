package io.freshet.ingest;

import io.freshet.ingest.drift.DriftMonitor;
import io.freshet.ingest.drift.Observations;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Topics;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.round.RoundMessage;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * The way of an image through ingest:
 *
 * <pre>
 * freshet.traffic ─ decode ┬ refused ──▶ freshet.traffic.dlq
 *                          └ by image id ─ deduplicate ┬─────────────────▶ freshet.unlabeled
 *                                                      ├ audit sample ───▶ freshet.label-requests
 *                                                      └ by model ─ drift ▶ freshet.rounds
 * </pre>
 */
final class IngestTopology {

    private static final Serde<byte[]> BYTES = Serdes.ByteArray();
    private static final Serde<String> TEXT = Serdes.String();

    private final IngestConfig config;
    private final MeterRegistry registry;
    private final Clock clock;
    private final IngestMetrics metrics;

    IngestTopology(IngestConfig config, MeterRegistry registry, Clock clock) {
        this.config = config;
        this.registry = registry;
        this.clock = clock;
        this.metrics = new IngestMetrics(registry);
    }

    void addTo(StreamsBuilder builder) {
        KStream<byte[], Verdict> verdicts = decode(traffic(builder));
        send(refused(verdicts), Topics.TRAFFIC_DLQ, Produced.with(BYTES, BYTES));

        KStream<String, UnlabeledImage> images = deduplicate(byImageId(accepted(verdicts)));
        send(images, Topics.UNLABELED, Produced.with(TEXT, Codecs.UNLABELED_IMAGE.serde()));
        send(auditSample(images), Topics.LABEL_REQUESTS, Produced.with(TEXT, Codecs.LABEL_REQUEST.serde()));

        KStream<String, RoundMessage> drift = watchForDrift(byModel(observations(images)));
        send(drift, Topics.ROUNDS, Produced.with(TEXT, Codecs.ROUND_MESSAGE.serde()));
    }

    private KStream<byte[], byte[]> traffic(StreamsBuilder builder) {
        return builder.stream(
                Topics.TRAFFIC.topicName(),
                Consumed.with(BYTES, BYTES)
                        .withTimestampExtractor(new TrafficTime(clock))
                        .withName("traffic"));
    }

    private KStream<byte[], Verdict> decode(KStream<byte[], byte[]> traffic) {
        TrafficInspector inspector = new TrafficInspector(config.decode(), new AuditSample(config.audit()));
        return traffic.process(() -> new Decode(inspector, metrics), Named.as("decode"));
    }

    private static KStream<byte[], byte[]> refused(KStream<byte[], Verdict> verdicts) {
        return verdicts.flatMapValues(
                        verdict -> switch (verdict) {
                            case Verdict.Accepted accepted -> List.<Verdict.Refused>of();
                            case Verdict.Refused refused -> List.of(refused);
                        },
                        Named.as("refused"))
                .process(DeadLetters::new, Named.as("dead-letters"));
    }

    private static KStream<byte[], UnlabeledImage> accepted(KStream<byte[], Verdict> verdicts) {
        return verdicts.flatMapValues(
                verdict -> switch (verdict) {
                    case Verdict.Accepted accepted -> List.of(accepted.image());
                    case Verdict.Refused refused -> List.<UnlabeledImage>of();
                },
                Named.as("accepted"));
    }

    private static KStream<String, UnlabeledImage> byImageId(KStream<byte[], UnlabeledImage> images) {
        return images.selectKey((key, image) -> image.id().hex(), Named.as("image-id"))
                .repartition(Repartitioned.<String, UnlabeledImage>as("by-image-id")
                        .withKeySerde(TEXT)
                        .withValueSerde(Codecs.UNLABELED_IMAGE.serde()));
    }

    private KStream<String, UnlabeledImage> deduplicate(KStream<String, UnlabeledImage> images) {
        return images.processValues(
                Deduplicate.within(config.deduplication().window(), metrics), Named.as("deduplicate"));
    }

    private static KStream<String, LabelRequest> auditSample(KStream<String, UnlabeledImage> images) {
        return images.filter((id, image) -> image.audit(), Named.as("audit-sample"))
                .mapValues(LabelRequest::of, Named.as("ask-for-label"));
    }

    private static KStream<String, Prediction> observations(KStream<String, UnlabeledImage> images) {
        return images.flatMap(
                (id, image) -> Observations.of(image).stream()
                        .map(observed -> KeyValue.pair(observed.model().model(), observed))
                        .toList(),
                Named.as("observations"));
    }

    /** One partition: a model's traffic is one distribution, however many partitions it came in. */
    private static KStream<String, Prediction> byModel(KStream<String, Prediction> observations) {
        return observations.repartition(Repartitioned.<String, Prediction>as("by-model")
                .withNumberOfPartitions(1)
                .withKeySerde(TEXT)
                .withValueSerde(Codecs.PREDICTION.serde()));
    }

    private KStream<String, RoundMessage> watchForDrift(KStream<String, Prediction> observations) {
        return observations.process(DriftMonitor.supplier(config.drift(), registry, clock), Named.as("drift"));
    }

    private static <K, V> void send(KStream<K, V> records, Topics topic, Produced<K, V> form) {
        records.to(topic.topicName(), form.withName("to-" + topic.topicName()));
    }
}
