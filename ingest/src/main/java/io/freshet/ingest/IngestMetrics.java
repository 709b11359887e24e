package io.freshet.ingest;

import io.freshet.protocol.UnlabeledImage;
import io.freshet.protocol.claim.FetchResult;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.tracing.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What ingest counts, and says of an image in its span. A count may run ahead of the topics: work that Kafka rolls back after a failure, and that is done
 * again, is counted again. Thread safe.
 */
final class IngestMetrics {

    private final Tracing tracing;
    private final Timer decode;
    private final Counter kept;
    private final Counter duplicates;
    private final Counter nearDuplicates;
    private final Counter overBudget;
    private final Counter erased;
    private final Counter refused;
    private final Counter audit;
    private final Map<String, Counter> refusedByReason;

    IngestMetrics(MeterRegistry registry, Tracing tracing) {
        this.tracing = tracing;
        decode = Timer.builder("freshet.ingest.decode")
                .description("Time from a record of the traffic to the image or the refusal")
                .register(registry);
        kept = images(registry, "kept");
        duplicates = images(registry, "duplicate");
        nearDuplicates = images(registry, "near-duplicate");
        overBudget = images(registry, "over-budget");
        erased = images(registry, "erased");
        refused = images(registry, "refused");
        audit = Counter.builder("freshet.ingest.audit")
                .description("Images kept that belong to the audit sample")
                .baseUnit("images")
                .register(registry);
        refusedByReason = reasons()
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        reason -> Counter.builder("freshet.ingest.refused")
                                .description("Records of the traffic that went to the dead letters, by reason")
                                .baseUnit("images")
                                .tag("reason", reason)
                                .register(registry)));
    }

    private static Stream<String> reasons() {
        return Stream.of(
                        Arrays.stream(DecodeResult.Reason.values()).map(DecodeResult.Reason::code),
                        Arrays.stream(FetchResult.Reason.values()).map(FetchResult.Reason::code),
                        Stream.of(TrafficInspector.OVERSIZE))
                .flatMap(Function.identity());
    }

    private void count(Counter outcome) {
        outcome.increment();
        if (tracing.isOn()) {
            tracing.current()
                    .tag("freshet.outcome", String.valueOf(outcome.getId().getTag("outcome")));
        }
    }

    private static Counter images(MeterRegistry registry, String outcome) {
        return Counter.builder("freshet.ingest.images")
                .description("Records of the traffic, by what became of them")
                .baseUnit("images")
                .tag("outcome", outcome)
                .register(registry);
    }

    <T> Verdict<T> timeDecode(Supplier<Verdict<T>> inspection) {
        return decode.record(inspection);
    }

    void kept(UnlabeledImage image) {
        count(kept);
        if (image.audit()) {
            audit.increment();
        }
    }

    void duplicate() {
        count(duplicates);
    }

    void nearDuplicate() {
        count(nearDuplicates);
    }

    void overBudget() {
        count(overBudget);
    }

    void erased() {
        count(erased);
    }

    void refused(String reason) {
        count(refused);
        Counter counter = refusedByReason.get(reason);
        if (counter == null) {
            throw new IllegalArgumentException("No reason to refuse an image: " + reason);
        }
        counter.increment();
        tracing.current().tag("freshet.reason", reason);
    }
}
