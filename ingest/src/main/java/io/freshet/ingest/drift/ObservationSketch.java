package io.freshet.ingest.drift;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Prediction;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is to be known of a number of observations of one version: how often each class was seen, and a sample of each number.
 * Two of them, of whatever partitions, are merged into one of all. For one thread at a time.
 */
public final class ObservationSketch {

    /** Further ones are one together: strangers name classes too. */
    static final int MAX_CLASSES = 1_000;

    private static final String OTHERS = "\u0000others";

    private final ModelVersion model;
    private final Instant since;
    private final TreeMap<String, Long> classes = new TreeMap<>();
    private final List<QuantileSketch> numbers; // of the confidence, then of the embedding
    private long count;

    /**
     * An empty one.
     *
     * @param embeddingLength numbers in the embeddings' sketches
     * @param since when the first image was observed
     */
    ObservationSketch(ModelVersion model, int embeddingLength, Instant since) {
        this(
                model,
                since,
                Stream.generate(QuantileSketch::new).limit(1 + embeddingLength).toList());
    }

    private ObservationSketch(ModelVersion model, Instant since, List<QuantileSketch> numbers) {
        this.model = model;
        this.since = since;
        this.numbers = numbers;
    }

    /** One of observations of a version, which have embeddings' sketches of one length; there is at least one. */
    static ObservationSketch of(List<Prediction> observations) {
        Prediction first = observations.getFirst();
        ObservationSketch sketch =
                new ObservationSketch(first.model(), first.embeddingSketch().size(), Instant.EPOCH);
        observations.forEach(sketch::add);
        return sketch;
    }

    ModelVersion model() {
        return model;
    }

    int embeddingLength() {
        return numbers.size() - 1;
    }

    Instant since() {
        return since;
    }

    /** Observations. */
    long count() {
        return count;
    }

    /** How often each class was seen. */
    Map<String, Long> classes() {
        return Collections.unmodifiableMap(classes);
    }

    QuantileSketch confidence() {
        return numbers.getFirst();
    }

    /** Of one number of the embeddings' sketches. */
    QuantileSketch embedding(int i) {
        return numbers.get(i + 1);
    }

    /** Takes an observation of the version, with a sketch of this length. */
    void add(Prediction observation) {
        if (!observation.label().isEmpty()) { // as in observations of earlier releases
            countClass(observation.label(), 1);
        }
        numbers.getFirst().add(observation.confidence());
        for (int i = 0; i < embeddingLength(); i++) {
            embedding(i).add(observation.embeddingSketch().get(i));
        }
        count++;
    }

    /** Takes all of another of the version, with sketches of this length. */
    void merge(ObservationSketch other) {
        other.classes.forEach(this::countClass);
        for (int i = 0; i < numbers.size(); i++) {
            numbers.get(i).merge(other.numbers.get(i));
        }
        count += other.count;
    }

    private void countClass(String name, long times) {
        boolean isKnown = classes.containsKey(name) || classes.size() < MAX_CLASSES;
        classes.merge(isKnown ? name : OTHERS, times, Long::sum);
    }

    /** As it was stored. */
    static ObservationSketch restored(
            ModelVersion model, Instant since, Map<String, Long> classes, List<QuantileSketch> numbers) {
        ObservationSketch sketch = new ObservationSketch(model, since, List.copyOf(numbers));
        sketch.classes.putAll(classes);
        sketch.count = numbers.getFirst().count();
        return sketch;
    }

    /** The confidence first. */
    List<QuantileSketch> numbers() {
        return numbers;
    }
}
