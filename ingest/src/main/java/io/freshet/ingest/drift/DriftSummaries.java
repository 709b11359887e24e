package io.freshet.ingest.drift;

import io.freshet.ingest.near.FirstSighting;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gathers what is observed in a partition into sketches, keyed by the model's name, which are merged with those of the other
 * partitions: so the one partition in which they come together has one record for many images.
 *
 * <p>What is gathered lies in memory, a tenth of a window or some seconds' worth of it. It is lost to drift when the task
 * ends; no image is.
 */
public final class DriftSummaries implements Processor<Integer, FirstSighting, String, ObservationSketch> {

    /** Sketches of a window's length, so that windows are hardly longer than configured. */
    private static final int PARTS = 10;

    /** No alarm waits longer for a partition to which little comes. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Gathered for at a time: strangers can make up versions. */
    private static final int VERSIONS = 64;

    private final int most;
    private final Map<ModelVersion, ObservationSketch> gathered = new LinkedHashMap<>();
    private ProcessorContext<String, ObservationSketch> context;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before all else
    private DriftSummaries(DriftConfig config) {
        this.most = Math.max(1, config.window() / PARTS);
    }

    public static ProcessorSupplier<Integer, FirstSighting, String, ObservationSketch> supplier(DriftConfig config) {
        return () -> new DriftSummaries(config);
    }

    @Override
    public void init(ProcessorContext<String, ObservationSketch> context) {
        this.context = context;
        var unused = context.schedule(PATIENCE, PunctuationType.WALL_CLOCK_TIME, now -> sendAll(now));
    }

    @Override
    public void process(Record<Integer, FirstSighting> record) {
        Observations.of(record.value().sighting()).ifPresent(observed -> gather(observed, record.timestamp()));
    }

    private void gather(Prediction observed, long at) {
        ModelVersion version = observed.model();
        int length = observed.embeddingSketch().size();
        ObservationSketch sketch = gathered.get(version);
        if (sketch != null && sketch.embeddingLength() != length) {
            gathered.remove(version);
            send(sketch, at); // whether either is comparable, the monitor says
            sketch = null;
        }
        if (sketch == null) {
            if (gathered.size() >= VERSIONS) {
                sendAll(at);
            }
            sketch = new ObservationSketch(version, length, Instant.ofEpochMilli(at));
            gathered.put(version, sketch);
        }
        sketch.add(observed);
        if (sketch.count() >= most) {
            gathered.remove(version);
            send(sketch, at);
        }
    }

    private void sendAll(long now) {
        List<ObservationSketch> all = List.copyOf(gathered.values());
        gathered.clear();
        all.forEach(sketch -> send(sketch, now));
    }

    private void send(ObservationSketch sketch, long at) {
        context.forward(new Record<>(sketch.model().model(), sketch, at));
    }
}
