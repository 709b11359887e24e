package io.freshet.ingest.drift;

import io.freshet.ingest.drift.Watch.Part;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.round.RoundMessage;
import io.freshet.protocol.round.Trigger;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches each version of each model by sketches of the observations of its traffic, keyed by the model's name and merged
 * here, and asks for a round when they drift. Each version has a reference of its own, and has it still when it comes back into service. Images that
 * no model saw are watched together, by their pixels.
 */
public final class DriftMonitor implements Processor<String, ObservationSketch, String, RoundMessage> {

    private static final Logger LOG = LoggerFactory.getLogger(DriftMonitor.class);

    private final DriftConfig config;
    private final DriftDetector detector;
    private final DriftMetrics metrics;
    private final Clock clock;
    private ProcessorContext<String, RoundMessage> context;
    private DriftState state;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private DriftMonitor(DriftConfig config, DriftMetrics metrics, Clock clock) {
        this.config = config;
        this.detector = new DriftDetector(config);
        this.metrics = metrics;
        this.clock = clock;
    }

    /** @param clock that alarms are dated and spaced by: people and rounds take real time, whatever the stream's */
    public static ProcessorSupplier<String, ObservationSketch, String, RoundMessage> supplier(
            DriftConfig config, MeterRegistry registry, Clock clock) {
        DriftMetrics metrics = new DriftMetrics(registry);
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, ObservationSketch, String, RoundMessage> get() {
                return new DriftMonitor(config, metrics, clock);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return DriftState.stores();
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, RoundMessage> context) {
        this.context = context;
        this.state = new DriftState(context);
    }

    @Override
    public void process(Record<String, ObservationSketch> record) {
        ObservationSketch sketch = record.value();
        ModelVersion version = sketch.model();
        Instant now = clock.instant();
        Watch watch = state.watch(version).orElseGet(() -> begin(sketch, now));
        if (sketch.embeddingLength() != watch.sketchLength()) {
            return; // not comparable with the others
        }
        Part part = watch.next(config);
        state.add(version, part, part == Part.WINDOW && watch.window() == 0, sketch);
        Watch observed = watch.observed(config, (int) sketch.count(), sketch.since(), now);
        state.put(version, observed.isWindowFull(config) ? judge(record, observed, now) : observed);
    }

    private Watch begin(ObservationSketch first, Instant now) {
        if (Watched.of(first.model()) == Watched.PREDICTIONS) {
            ForgettingPolicy.makeWayFor(first.model(), watchedModels(), config).forEach(state::forget);
        }
        return Watch.begin(first.embeddingLength(), now);
    }

    /** Without the watch over images that no model saw, which makes way for none. */
    private Map<ModelVersion, Watch> watchedModels() {
        Map<ModelVersion, Watch> watches = state.watches();
        watches.remove(Watched.NO_MODEL);
        return watches;
    }

    private Watch judge(Record<String, ObservationSketch> record, Watch watch, Instant now) {
        ModelVersion version = record.value().model();
        DriftDetector.Judgement judgement =
                detector.judge(watch, state.sketch(version, Part.REFERENCE), state.sketch(version, Part.WINDOW), now);
        metrics.judged(judgement.comparison());
        if (judgement.alarm()) {
            raise(record, judgement, now);
        }
        return judgement.watch();
    }

    private void raise(Record<String, ObservationSketch> record, DriftDetector.Judgement judgement, Instant now) {
        ModelVersion version = record.value().model();
        boolean isOfPixels = Watched.of(version) == Watched.PIXELS;
        String detail = "The last " + judgement.watch().drifting() + " windows of " + config.window()
                + " images differ from the first " + judgement.watch().reference()
                + (isOfPixels ? " that no model saw: " : " that " + version + " saw: ")
                + judgement.comparison().describe() + " (p after Bonferroni, level " + config.level() + ")";
        LOG.info("Drift: {}", detail);
        metrics.alarm();
        for (String model : isOfPixels ? affectedModels() : Set.of(version.model())) {
            context.forward(record.withKey(model)
                    .withValue(new RoundMessage.Request(
                            model,
                            now,
                            Trigger.DRIFT,
                            detail,
                            Optional.of(judgement.watch().driftingSince()))));
        }
    }

    /** Those that may have to deal with images that none has seen. */
    private Set<String> affectedModels() {
        return config.model()
                .map(Set::of)
                .orElseGet(() -> watchedModels().keySet().stream()
                        .map(ModelVersion::model)
                        .collect(Collectors.toSet()));
    }
}
