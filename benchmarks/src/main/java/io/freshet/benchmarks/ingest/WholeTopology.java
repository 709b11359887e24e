package io.freshet.benchmarks.ingest;

import io.freshet.ingest.IngestConfig;
import io.freshet.ingest.IngestService;
import io.freshet.ingest.budget.BudgetConfig;
import io.freshet.protocol.kafka.KafkaConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Function;

/** Ingest as it is, with what it is set to by itself. */
final class WholeTopology implements ThroughKafka.Application {

    private final String id;
    private final IngestService service;
    private final SimpleMeterRegistry registry;

    private WholeTopology(String id, IngestService service, SimpleMeterRegistry registry) {
        this.id = id;
        this.service = service;
        this.registry = registry;
    }

    static WholeTopology start(KafkaConnection kafka, Path folder, int threads) throws InterruptedException {
        return start(IngestConfig.defaults().budget(), kafka, folder, threads);
    }

    /**
     * Ingest with a budget that lets a share of the images through from the first second on, for sizes of which a stream
     * is too short for the default budget to settle.
     *
     * @param perSecond images that come in, by their dates
     */
    static ThroughKafka.Start keeping(double share, int perSecond) {
        BudgetConfig budget =
                new BudgetConfig(share * perSecond, Long.MAX_VALUE / 2, Duration.ofMillis(100), 1, 1, .5, 1);
        return (kafka, folder, threads) -> start(budget, kafka, folder, threads);
    }

    private static WholeTopology start(BudgetConfig budget, KafkaConnection kafka, Path folder, int threads)
            throws InterruptedException {
        IngestConfig defaults = IngestConfig.defaults();
        IngestConfig config = new IngestConfig(
                defaults.applicationId(),
                threads,
                folder.resolve("state"),
                1,
                defaults.decode(),
                defaults.keptSide(),
                defaults.images(),
                defaults.deduplication(),
                defaults.audit(),
                budget,
                defaults.drift(),
                defaults.accuracy());
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        IngestService service = new IngestService(config, kafka, registry, Clock.systemUTC());
        service.start();
        return new WholeTopology(defaults.applicationId(), service, registry);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public double done() {
        return count(Search::counters);
    }

    @Override
    public double kept() {
        return count("kept");
    }

    @Override
    public boolean isHealthy() {
        return service.isHealthy();
    }

    /** Images by what became of them: kept, duplicate, near-duplicate, over-budget, erased or refused. */
    double count(String outcome) {
        return count(images -> images.tag("outcome", outcome).counters());
    }

    @Override
    public void close() {
        service.close();
        registry.close();
    }

    private double count(Function<Search, Collection<Counter>> of) {
        return of.apply(registry.find("freshet.ingest.images")).stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
