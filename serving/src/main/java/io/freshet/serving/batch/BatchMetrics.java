package io.freshet.serving.batch;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The meters of all batches, of whichever network. Thread safe. */
public final class BatchMetrics {

    private final Set<MicroBatcher> open = ConcurrentHashMap.newKeySet();
    private final DistributionSummary sizes;
    private final Timer runs;

    public BatchMetrics(MeterRegistry registry) {
        this.sizes = DistributionSummary.builder("freshet.serving.batch.size")
                .description("Images in a batch")
                .baseUnit("images")
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
                .register(registry);
        this.runs = Timer.builder("freshet.serving.batch.run")
                .description("The network's run of a batch")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
        Gauge.builder(
                        "freshet.serving.queue",
                        open,
                        all -> all.stream().mapToInt(MicroBatcher::queued).sum())
                .description("Images that wait for a batch")
                .baseUnit("images")
                .register(registry);
    }

    void opened(MicroBatcher batcher) {
        open.add(batcher);
    }

    void closed(MicroBatcher batcher) {
        open.remove(batcher);
    }

    void ran(BatchRun run) {
        sizes.record(run.images());
        runs.record(run.nanos(), TimeUnit.NANOSECONDS);
    }
}
