package io.freshet.standalone.service;

import io.freshet.ingest.IngestService;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.ServingService;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.trainer.labelling.LabellerService;
import io.freshet.trainer.service.TrainerService;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/** Opens the services from the configuration, each with its own metrics. */
public final class Services {

    private Services() {}

    public static FreshetService ingest(FreshetConfig config, KafkaConnection kafka)
            throws IOException, InterruptedException {
        Parts parts = new Parts("ingest");
        try {
            PrometheusMeterRegistry registry = parts.registry();
            parts.bindJvm(registry);
            IngestService ingest = parts.opened(new IngestService(config.ingest(), kafka, registry, Clock.systemUTC()));
            ingest.start();
            parts.admin(
                    config.admin().host(), config.admin().ingestPort(), registry, ingest::isHealthy, ingest::isReady);
            return parts;
        } catch (IOException | InterruptedException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    public static FreshetService trainer(FreshetConfig config, KafkaConnection kafka, ModelStore store)
            throws IOException {
        Parts parts = new Parts("trainer");
        try {
            PrometheusMeterRegistry registry = parts.registry();
            parts.bindJvm(registry);
            TrainerService trainer = parts.opened(TrainerService.open(
                    config.trainer(),
                    new ConfigLoader().toMap(config.trainer()),
                    kafka,
                    store,
                    registry,
                    Clock.systemUTC()));
            trainer.start();
            parts.admin(
                    config.admin().host(),
                    config.admin().trainerPort(),
                    registry,
                    trainer::isHealthy,
                    trainer::isHealthy);
            return parts;
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    public static FreshetService labeller(FreshetConfig config, KafkaConnection kafka, ModelStore store)
            throws IOException {
        Parts parts = new Parts("labeller");
        try {
            PrometheusMeterRegistry registry = parts.registry();
            parts.bindJvm(registry);
            LabellerService labeller =
                    parts.opened(LabellerService.start(config.trainer().labelling(), kafka, store, registry));
            parts.admin(
                    config.admin().host(),
                    config.admin().labellerPort(),
                    registry,
                    labeller::isHealthy,
                    labeller::isReady);
            return parts;
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    public static FreshetService serving(FreshetConfig config, KafkaConnection kafka, ModelStore store)
            throws IOException, InterruptedException {
        Parts parts = new Parts("serving");
        try {
            // Serving shows its own metrics, the JVM's among them.
            PrometheusMeterRegistry registry = parts.registry();
            ServingService serving = parts.opened(ServingService.start(config.serving(), kafka, store, registry));
            parts.showReadiness(registry, serving::isReady);
            parts.port = serving.port();
            return parts;
        } catch (IOException | InterruptedException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** What makes up a service; closed in the reverse of the order in which it was opened. */
    private static final class Parts implements FreshetService {

        private final String name;
        private final Deque<AutoCloseable> opened = new ArrayDeque<>();
        private BooleanSupplier healthy = () -> true;
        private int port;

        Parts(String name) {
            this.name = name;
        }

        <T extends AutoCloseable> T opened(T part) {
            opened.push(part);
            return part;
        }

        PrometheusMeterRegistry registry() {
            PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            opened.push(registry::close);
            return registry;
        }

        void bindJvm(PrometheusMeterRegistry registry) {
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            opened(new JvmGcMetrics()).bindTo(registry);
        }

        void admin(
                String host, int wanted, PrometheusMeterRegistry registry, BooleanSupplier live, BooleanSupplier ready)
                throws IOException {
            healthy = live;
            showReadiness(registry, ready);
            port = opened(AdminServer.start(host, wanted, registry::scrape, live, ready))
                    .port();
        }

        void showReadiness(PrometheusMeterRegistry registry, BooleanSupplier ready) {
            opened.push(new HealthMetrics(registry, ready));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public boolean isHealthy() {
            return healthy.getAsBoolean();
        }

        @Override
        public void close() {
            while (!opened.isEmpty()) {
                try {
                    opened.pop().close();
                } catch (Exception e) {
                    throw new IllegalStateException("The " + name + " does not close in good order", e);
                }
            }
        }
    }
}
