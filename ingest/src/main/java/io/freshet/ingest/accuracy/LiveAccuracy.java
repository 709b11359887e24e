package io.freshet.ingest.accuracy;

import io.freshet.protocol.Label;
import io.freshet.protocol.Prediction;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Judges predictions by the labels that come later, keyed by the image's id: the accuracy of each version over the audit
 * sample, which is drawn uniformly, and so that over all of its traffic. Labels of other images are left out, for who
 * sends feedback chooses what to send. An image's first label counts.
 */
public final class LiveAccuracy extends ContextualProcessor<String, Label, Void, Void> {

    private final AccuracyConfig config;
    private final AccuracyMetrics metrics;
    private final Clock clock;
    private WindowStore<String, Prediction> waiting;
    private KeyValueStore<String, Outcomes> outcomes;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private LiveAccuracy(AccuracyConfig config, AccuracyMetrics metrics, Clock clock) {
        this.config = config;
        this.metrics = metrics;
        this.clock = clock;
    }

    public static ProcessorSupplier<String, Label, Void, Void> supplier(
            AccuracyConfig config, MeterRegistry registry, Clock clock) {
        AccuracyMetrics metrics = new AccuracyMetrics(registry);
        return () -> new LiveAccuracy(config, metrics, clock);
    }

    /** Names of the stores, which {@link AwaitLabel} brings. */
    public static String[] stores() {
        return new String[] {AccuracyStores.WAITING, AccuracyStores.OUTCOMES};
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        waiting = context.getStateStore(AccuracyStores.WAITING);
        outcomes = context.getStateStore(AccuracyStores.OUTCOMES);
        all().forEach(metrics::show);
    }

    @Override
    public void process(Record<String, Label> record) {
        long now = context().currentStreamTimeMs();
        long since = Math.max(0, now - config.patience().toMillis() + 1);
        try (WindowStoreIterator<Prediction> found = waiting.fetch(record.key(), since, now)) {
            if (found.hasNext()) {
                var prediction = found.next();
                judge(prediction.value, record.value());
                waiting.put(record.key(), null, prediction.key);
            }
        }
    }

    private void judge(Prediction prediction, Label label) {
        String version = prediction.model().toString();
        boolean isRight = prediction.label().equals(label.label());
        Instant now = clock.instant();
        Outcomes before = outcomes.get(version);
        Outcomes after = before == null
                ? Outcomes.first(isRight, config.labels(), now)
                : before.and(isRight, config.labels(), now);
        if (before == null) {
            makeWay();
        }
        outcomes.put(version, after);
        metrics.show(version, after);
    }

    /** For a version that was not judged before. */
    private void makeWay() {
        Map<String, Outcomes> all = all();
        all.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getValue().lastJudged()))
                .limit(Math.max(0, all.size() + 1 - config.versions()))
                .map(Map.Entry::getKey)
                .forEach(version -> {
                    outcomes.delete(version);
                    metrics.hide(version);
                });
    }

    private Map<String, Outcomes> all() {
        Map<String, Outcomes> all = new HashMap<>();
        try (KeyValueIterator<String, Outcomes> entries = outcomes.all()) {
            entries.forEachRemaining(entry -> all.put(entry.key, entry.value));
        }
        return all;
    }

    /** Another process shows them from now on. */
    @Override
    public void close() {
        metrics.hideAll();
    }
}
