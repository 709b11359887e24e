package io.freshet.ingest;

import io.freshet.ingest.accuracy.AwaitLabel;
import io.freshet.ingest.accuracy.LiveAccuracy;
import io.freshet.ingest.budget.Budget;
import io.freshet.ingest.budget.ChosenSighting;
import io.freshet.ingest.drift.DriftMonitor;
import io.freshet.ingest.drift.DriftSummaries;
import io.freshet.ingest.drift.ObservationSketch;
import io.freshet.ingest.drift.ObservationSketchSerde;
import io.freshet.ingest.erasure.Erasures;
import io.freshet.ingest.erasure.Forget;
import io.freshet.ingest.near.FirstSighting;
import io.freshet.ingest.near.NearDuplicates;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.Label;
import io.freshet.protocol.LabelRequest;
import io.freshet.protocol.Prediction;
import io.freshet.protocol.Sighting;
import io.freshet.protocol.Topics;
import io.freshet.protocol.TrafficImage;
import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.claim.ImageStore;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * The way of an image through ingest:
 *
 * <pre>
 * freshet.traffic ─ decode ┬ refused ──────────────▶ freshet.traffic.dlq
 *                          └ by cell ─ first sightings ┬ within the budget ─ encode ┬▶ freshet.unlabeled
 *                                                      │                            └ audit sample ┬▶ freshet.label-requests
 *                                  sketches, by model ─┴ drift ▶ freshet.rounds                    └ await label ┐
 * freshet.labels ────────────────────────────────────────────────────────────────────────────────── live accuracy
 * </pre>
 */
final class IngestTopology {

    private static final Serde<byte[]> BYTES = Serdes.ByteArray();
    private static final Serde<String> TEXT = Serdes.String();

    private static final String DECODE = "decode";
    private static final String ENCODE = "encode";

    private final IngestConfig config;
    private final int partitions;
    private final MeterRegistry registry;
    private final Clock clock;
    private final Tracing tracing;
    private final IngestMetrics metrics;
    private final Optional<ImageStore> images;
    private final ErasedFiles erasedFiles;

    /**
     * @param partitions of the traffic, and so of what is made of it
     * @param images where references lead; absent if none is taken
     */
    IngestTopology(
            IngestConfig config,
            int partitions,
            Optional<ImageStore> images,
            MeterRegistry registry,
            Clock clock,
            Tracing tracing) {
        this.config = config;
        this.partitions = partitions;
        this.registry = registry;
        this.clock = clock;
        this.tracing = tracing;
        this.metrics = new IngestMetrics(registry, tracing);
        this.images = images;
        this.erasedFiles = new ErasedFiles(images);
    }

    void addTo(StreamsBuilder builder) {
        Erasures.addTo(builder);
        KStream<byte[], Verdict<LocatedSighting>> sightings = decode(traffic(builder));
        KStream<Integer, FirstSighting> firsts = firstSightings(byCell(accepted(sightings, "sightings")));
        KStream<byte[], Verdict<UnlabeledImage>> encoded = encode(withinBudget(firsts));
        sendDeadLetters(sightings, DECODE);
        sendDeadLetters(encoded, ENCODE);

        KStream<String, UnlabeledImage> images =
                accepted(encoded, "images").selectKey((key, image) -> image.id().hex(), Named.as("image-id"));
        images.to(Topics.UNLABELED.topicName(), produced(Topics.UNLABELED, TEXT, Codecs.UNLABELED_IMAGE.serde()));
        KStream<String, LabelRequest> audited = auditSample(images);
        audited.to(
                Topics.LABEL_REQUESTS.topicName(), produced(Topics.LABEL_REQUESTS, TEXT, Codecs.LABEL_REQUEST.serde()));
        judge(predictions(audited), labels(builder));

        watchForDrift(byModel(firsts))
                .to(Topics.ROUNDS.topicName(), produced(Topics.ROUNDS, TEXT, Codecs.ROUND_MESSAGE.serde()));
    }

    private KStream<byte[], byte[]> traffic(StreamsBuilder builder) {
        KStream<byte[], byte[]> traffic = builder.stream(
                Topics.TRAFFIC.topicName(),
                Consumed.with(BYTES, BYTES)
                        .withTimestampExtractor(new TrafficTime(clock))
                        .withName("traffic"));
        // Before anything else: what cannot be decoded shall not come to lie among the dead letters either.
        return traced(traffic, "decode", value -> true)
                .processValues(
                        Forget.where(
                                (erasures, record) -> erasures.containsSubject(TrafficImage.subject(record.headers())),
                                this::dropErasedSubject),
                        Named.as("forget-subjects"));
    }

    /** Where there are no traces, there is no such stage either. */
    private <K, V> KStream<K, V> traced(KStream<K, V> records, String what, Predicate<V> wanted) {
        return tracing.isOn()
                ? records.processValues(Traced.as(tracing, "ingest " + what, wanted), Named.as("trace-" + what))
                : records;
    }

    private void dropErasedSubject(FixedKeyRecord<byte[], byte[]> dropped) {
        metrics.erased();
        erasedFiles.deleteOf(TrafficImage.subject(dropped.headers()));
    }

    private KStream<byte[], Verdict<LocatedSighting>> decode(KStream<byte[], byte[]> traffic) {
        TrafficInspector inspector =
                new TrafficInspector(config.decode(), config.keptSide(), new AuditSample(config.audit()), images);
        return traffic.process(() -> new Decode(inspector, metrics, tracing.isOn()), Named.as(DECODE));
    }

    private static <T> KStream<byte[], T> accepted(KStream<byte[], Verdict<T>> verdicts, String name) {
        return verdicts.flatMapValues(
                verdict -> switch (verdict) {
                    case Verdict.Accepted<T> accepted -> List.of(accepted.value());
                    case Verdict.Refused<T> refused -> List.<T>of();
                },
                Named.as(name));
    }

    /** By a way of its own for each stage: one that they shared would make one task of the two. */
    private static <T> void sendDeadLetters(KStream<byte[], Verdict<T>> verdicts, String stage) {
        KStream<byte[], Verdict.Refused<?>> refused = verdicts.flatMapValues(
                verdict -> switch (verdict) {
                    case Verdict.Accepted<T> accepted -> List.<Verdict.Refused<?>>of();
                    case Verdict.Refused<T> letter -> List.<Verdict.Refused<?>>of(letter);
                },
                Named.as("refused-at-" + stage));
        refused.process(DeadLetters::new, Named.as("dead-letters-of-" + stage))
                .to(
                        Topics.TRAFFIC_DLQ.topicName(),
                        Produced.with(BYTES, BYTES)
                                .withName("to-" + Topics.TRAFFIC_DLQ.topicName() + "-from-" + stage));
    }

    /** The image goes where its copies are most likely to go, and word of it to where else they may. */
    private KStream<Integer, Sighting> byCell(KStream<byte[], LocatedSighting> sightings) {
        return sightings
                .flatMap((key, located) -> placed(located), Named.as("cells"))
                .repartition(Repartitioned.<Integer, Sighting>as("by-cell")
                        .withNumberOfPartitions(partitions)
                        .withKeySerde(Serdes.Integer())
                        .withValueSerde(Codecs.SIGHTING.serde()));
    }

    private List<KeyValue<Integer, Sighting>> placed(LocatedSighting located) {
        Sighting sighting = located.sighting();
        List<KeyValue<Integer, Sighting>> placed = new ArrayList<>();
        placed.add(KeyValue.pair(located.cells().getFirst(), sighting));
        if (config.deduplication().near()) {
            located.cells().stream().skip(1).forEach(cell -> placed.add(KeyValue.pair(cell, sighting.echo())));
        }
        return placed;
    }

    /** From here on all is one task, so what passes before an erasure has left for good by the time the state forgets. */
    private KStream<Integer, Sighting> remembered(KStream<Integer, Sighting> sightings) {
        return traced(sightings, "choose", sighting -> !sighting.isEcho())
                .processValues(
                        Forget.where(
                                (erasures, record) -> erasures.contains(
                                        record.value().id(), record.value().subject()),
                                dropped -> dropErased(dropped.value())),
                        Named.as("forget"));
    }

    private void dropErased(Sighting sighting) {
        if (!sighting.isEcho()) { // of which an image has several
            metrics.erased();
            erasedFiles.delete(sighting);
        }
    }

    private KStream<Integer, FirstSighting> firstSightings(KStream<Integer, Sighting> sightings) {
        DeduplicationConfig deduplication = config.deduplication();
        KStream<Integer, Sighting> distinct = remembered(sightings)
                .processValues(Deduplicate.within(deduplication.window(), metrics), Named.as("deduplicate"));
        return deduplication.near()
                ? distinct.processValues(
                        NearDuplicates.within(
                                deduplication.window(), deduplication.images(), dropped -> metrics.nearDuplicate()),
                        Named.as("near-duplicates"))
                : distinct.mapValues(sighting -> new FirstSighting(sighting, 0), Named.as("first-sightings"));
    }

    private KStream<Integer, ChosenSighting> withinBudget(KStream<Integer, FirstSighting> firsts) {
        KeyedDraw draw = new KeyedDraw(config.audit().salt() + "/budget");
        return firsts.processValues(
                Budget.of(config.budget(), partitions, draw::of, dropped -> metrics.overBudget()), Named.as("budget"));
    }

    private KStream<byte[], Verdict<UnlabeledImage>> encode(KStream<Integer, ChosenSighting> chosen) {
        return chosen.process(() -> new Encode(config.decode(), config.keptSide(), metrics), Named.as(ENCODE));
    }

    private static KStream<String, LabelRequest> auditSample(KStream<String, UnlabeledImage> images) {
        return images.filter((id, image) -> image.audit(), Named.as("audit-sample"))
                .mapValues(LabelRequest::of, Named.as("ask-for-label"));
    }

    /** One partition: a model's traffic is one distribution, however many partitions it came in. */
    private KStream<String, ObservationSketch> byModel(KStream<Integer, FirstSighting> firsts) {
        return firsts.process(DriftSummaries.supplier(config.drift()), Named.as("drift-summaries"))
                .repartition(Repartitioned.<String, ObservationSketch>as("sketches-by-model")
                        .withNumberOfPartitions(1)
                        .withKeySerde(TEXT)
                        .withValueSerde(ObservationSketchSerde.create()));
    }

    private KStream<String, RoundMessage> watchForDrift(KStream<String, ObservationSketch> sketches) {
        return sketches.process(DriftMonitor.supplier(config.drift(), registry, clock), Named.as("drift"));
    }

    private static KStream<String, Prediction> predictions(KStream<String, LabelRequest> audited) {
        return audited.flatMapValues(
                request -> request.prediction().stream()
                        .map(p -> new Prediction(p.model(), p.label(), p.confidence(), List.of()))
                        .toList(),
                Named.as("audited-predictions"));
    }

    /** Anybody may write labels: what is none is passed over, for it would stop ingest at that place for ever. */
    private static KStream<String, Label> labels(StreamsBuilder builder) {
        return builder.stream(
                        Topics.LABELS.topicName(), Consumed.with(BYTES, BYTES).withName("labels"))
                .flatMap(
                        (key, value) -> LabelReader.read(value).stream()
                                .map(label -> KeyValue.pair(label.id().hex(), label))
                                .toList(),
                        Named.as("labels-by-image"));
    }

    /** One partition: a label finds its image, however many partitions either topic has. They are few. */
    private void judge(KStream<String, Prediction> predictions, KStream<String, Label> labels) {
        predictions
                .repartition(Repartitioned.<String, Prediction>as("predictions-to-judge")
                        .withNumberOfPartitions(1)
                        .withKeySerde(TEXT)
                        .withValueSerde(Codecs.PREDICTION.serde()))
                .process(AwaitLabel.supplier(config.accuracy()), Named.as("await-label"));
        labels.repartition(Repartitioned.<String, Label>as("labels-to-judge-by")
                        .withNumberOfPartitions(1)
                        .withKeySerde(TEXT)
                        .withValueSerde(Codecs.LABEL.serde()))
                .process(
                        LiveAccuracy.supplier(config.accuracy(), registry, clock),
                        Named.as("live-accuracy"),
                        LiveAccuracy.stores());
    }

    private static <K, V> Produced<K, V> produced(Topics topic, Serde<K> keys, Serde<V> values) {
        return Produced.with(keys, values).withName("to-" + topic.topicName());
    }
}
