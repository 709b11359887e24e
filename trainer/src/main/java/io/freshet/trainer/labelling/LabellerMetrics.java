package io.freshet.trainer.labelling;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a labeller shows of itself. Thread safe. */
public final class LabellerMetrics {

    /** What became of a chunk that was offered. */
    enum Outcome {
        LABELLED,

        /** Its round had gone on without it. */
        OVER,

        /** An image of it is erased, or gone. */
        LEFT
    }

    private final Counter images;
    private final Counter restarts;
    private final Map<Outcome, Counter> chunks = new EnumMap<>(Outcome.class);

    public LabellerMetrics(MeterRegistry registry) {
        this.images = Counter.builder("freshet.labeller")
                .description("Images that this labeller has labelled, and Kafka has the labels")
                .baseUnit("images")
                .register(registry);
        this.restarts = Counter.builder("freshet.labeller.restarts")
                .description(
                        "Sessions with Kafka that ended in a fault, or for want of the teacher, and were begun again")
                .baseUnit("restarts")
                .register(registry);
        Arrays.stream(Outcome.values())
                .forEach(outcome -> chunks.put(
                        outcome,
                        Counter.builder("freshet.labeller.chunks")
                                .description("Chunks of images that this labeller was offered, by what became of them")
                                .baseUnit("chunks")
                                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                                .register(registry)));
    }

    void done(Outcome outcome, int imagesLabelled) {
        Objects.requireNonNull(chunks.get(outcome)).increment();
        images.increment(imagesLabelled);
    }

    void restarted() {
        restarts.increment();
    }
}
