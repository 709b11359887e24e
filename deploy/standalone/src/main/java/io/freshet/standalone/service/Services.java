package io.freshet.standalone.service;

import io.freshet.ingest.IngestService;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.ServingService;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.tracing.OtlpTracing;
import io.freshet.standalone.tracing.TracingConfig;
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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the services from the configuration, each with its own metrics. */
public final class Services {

    private static final Logger LOG = LoggerFactory.getLogger(Services.class);
    private static final Duration GLANCE = Duration.ofSeconds(2);

    private Services() {}

    /** @throws io.freshet.protocol.kafka.KafkaRefusedException if Kafka does not let it do its work */
    public static FreshetService ingest(FreshetConfig config, KafkaConnection kafka)
            throws IOException, InterruptedException {
        kafka.requireAccess(ServiceAccess.ingest(), KafkaConnection.START_TIMEOUT);
        Parts parts = new Parts("ingest");
        try {
            Tracing tracing = parts.tracing(config.tracing());
            PrometheusMeterRegistry registry = parts.registry();
            parts.bindJvm(registry);
            IngestService ingest = parts.opened(new IngestService(
                    config.ingest(), kafka, Stores::openImages, registry, Clock.systemUTC(), tracing));
            ingest.start();
            parts.admin(
                    config.admin().host(), config.admin().ingestPort(), registry, ingest::isHealthy, ingest::isReady);
            return parts;
        } catch (IOException | InterruptedException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** @throws io.freshet.protocol.kafka.KafkaRefusedException if Kafka does not let it do its work */
    public static FreshetService trainer(FreshetConfig config, KafkaConnection kafka, ModelStore store)
            throws IOException, InterruptedException {
        kafka.requireAccess(ServiceAccess.trainer(config.trainer().labelling()), KafkaConnection.START_TIMEOUT);
        Parts parts = new Parts("trainer");
        try {
            Tracing tracing = parts.tracing(config.tracing());
            PrometheusMeterRegistry registry = parts.registry();
            parts.bindJvm(registry);
            TrainerService trainer = parts.opened(TrainerService.open(
                    config.trainer(),
                    new ConfigLoader().toMap(config.trainer()),
                    kafka,
                    store,
                    registry,
                    tracing,
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

    /** @throws io.freshet.protocol.kafka.KafkaRefusedException if Kafka does not let it do its work */
    public static FreshetService labeller(FreshetConfig config, KafkaConnection kafka, ModelStore store)
            throws IOException, InterruptedException {
        kafka.requireAccess(ServiceAccess.labeller(), KafkaConnection.START_TIMEOUT);
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

    /** @throws io.freshet.protocol.kafka.KafkaRefusedException if Kafka is there, and does not let it do its work */
    public static FreshetService serving(FreshetConfig config, KafkaConnection kafka, ModelStore store)
            throws IOException, InterruptedException {
        try {
            kafka.requireAccess(ServiceAccess.serving(config.serving()), GLANCE);
        } catch (TimeoutException | DisconnectException e) {
            LOG.debug("Kafka is not there yet", e); // serving knows whether it can do without
        }
        Parts parts = new Parts("serving");
        try {
            Tracing tracing = parts.tracing(config.tracing());
            // Serving shows its own metrics, the JVM's among them.
            PrometheusMeterRegistry registry = parts.registry();
            ServingService serving = parts.opened(
                    ServingService.start(config.serving(), kafka, store, Stores::openImages, registry, tracing));
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

        Tracing tracing(TracingConfig config) {
            return opened(OtlpTracing.open(config, name)).tracing();
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
