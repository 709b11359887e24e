package io.freshet.serving.testing;

import io.freshet.kafka.TestBroker;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.GoldenTolerance;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.ServingConfig;
import io.freshet.serving.ServingService;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.capture.CaptureConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.feedback.FeedbackConfig;
import io.freshet.serving.http.TlsConfig;
import io.freshet.serving.inference.LimitsConfig;
import io.freshet.serving.rollout.RolloutConfig;
import io.freshet.serving.stream.StreamConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, a store and a replica, in one folder and one process. */
public final class Deployment implements AutoCloseable {

    /** With it, models are loaded and unloaded. */
    public static final String ADMIN_TOKEN = "sesame";

    private final Path folder;
    private final ServingConfig config;
    private final TestBroker broker;
    private final KafkaConnection kafka;
    private final ModelStore store;
    private final KafkaProducer<byte[], byte[]> producer;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ServingService service;

    private Deployment(Path folder, ServingConfig config, TestBroker broker) throws IOException, InterruptedException {
        this.folder = folder;
        this.config = config;
        this.broker = broker;
        this.kafka = KafkaConnection.to(broker.bootstrapServers());
        kafka.createMissingTopics(2, (short) 1);
        this.store = new FolderModelStore(folder.resolve("store"));
        this.producer =
                new KafkaProducer<>(kafka.clientConfig(Map.of()), new ByteArraySerializer(), new ByteArraySerializer());
        try {
            this.service = ServingService.start(config, kafka, store, registry);
        } catch (IOException | InterruptedException | RuntimeException e) {
            stopBroker(); // it would not outlive its folder, and end the process
            throw e;
        }
    }

    /** Starts all, with a broker in this process; no model is announced yet. */
    public static Deployment start(Path folder, ServingConfig config) throws IOException, InterruptedException {
        return start(folder, config, TestBroker.embedded(folder.resolve("kafka")));
    }

    /** Starts all but the broker, which it takes over. */
    public static Deployment start(Path folder, ServingConfig config, TestBroker broker)
            throws IOException, InterruptedException {
        return new Deployment(folder, config, broker);
    }

    /** On any port of the loopback interface, and with bounds that a test can reach. */
    public static ServingConfig config(Path folder, List<String> models, CaptureMode mode) {
        return config(folder, models, capture(mode, CaptureConfig.defaults().timeout()), BatchingConfig.defaults());
    }

    public static ServingConfig config(
            Path folder, List<String> models, CaptureConfig capture, BatchingConfig batching) {
        return config(folder, models, capture, batching, RolloutConfig.direct());
    }

    public static ServingConfig config(
            Path folder, List<String> models, CaptureConfig capture, BatchingConfig batching, RolloutConfig rollout) {
        LimitsConfig limits = LimitsConfig.defaults();
        return new ServingConfig(
                "127.0.0.1",
                0,
                models,
                List.of(),
                GoldenTolerance.defaults(),
                folder.resolve("cache"),
                2,
                2,
                1,
                1,
                Duration.ZERO,
                Duration.ofSeconds(10),
                TlsConfig.none(),
                Optional.of(ADMIN_TOKEN),
                batching,
                rollout,
                capture,
                FeedbackConfig.defaults(),
                StreamConfig.defaults(),
                new LimitsConfig(limits.maxRequests(), 1 << 20, 2 << 20, 8, limits.image(), limits.idleTimeout()));
    }

    /** The same over TLS. */
    public static ServingConfig withTls(ServingConfig config, TlsConfig tls) {
        return with(
                config,
                config.drainTime(),
                config.closeTimeout(),
                config.trustedKeys(),
                tls,
                config.adminToken(),
                config.stream());
    }

    /** The same, which answers images on a topic too. */
    public static ServingConfig withStream(ServingConfig config, StreamConfig stream) {
        return with(
                config,
                config.drainTime(),
                config.closeTimeout(),
                config.trustedKeys(),
                config.tls(),
                config.adminToken(),
                stream);
    }

    /** The same, which takes only bundles that one of these keys has signed. */
    public static ServingConfig withTrustedKeys(ServingConfig config, List<Path> keys) {
        return with(
                config,
                config.drainTime(),
                config.closeTimeout(),
                keys,
                config.tls(),
                config.adminToken(),
                config.stream());
    }

    /** The same, which nobody may tell to load or unload. */
    public static ServingConfig withoutAdminToken(ServingConfig config) {
        return with(
                config,
                config.drainTime(),
                config.closeTimeout(),
                config.trustedKeys(),
                config.tls(),
                Optional.empty(),
                config.stream());
    }

    /** The same with other times for a close. */
    public static ServingConfig withClose(ServingConfig config, Duration drainTime, Duration closeTimeout) {
        return with(
                config,
                drainTime,
                closeTimeout,
                config.trustedKeys(),
                config.tls(),
                config.adminToken(),
                config.stream());
    }

    private static ServingConfig with(
            ServingConfig config,
            Duration drainTime,
            Duration closeTimeout,
            List<Path> trustedKeys,
            TlsConfig tls,
            Optional<String> adminToken,
            StreamConfig stream) {
        return new ServingConfig(
                config.host(),
                config.port(),
                config.models(),
                trustedKeys,
                config.golden(),
                config.cacheDirectory(),
                config.eventLoops(),
                config.requestThreads(),
                config.sessionThreads(),
                config.warmupShare(),
                drainTime,
                closeTimeout,
                tls,
                adminToken,
                config.batching(),
                config.rollout(),
                config.capture(),
                config.feedback(),
                stream,
                config.limits());
    }

    public static CaptureConfig capture(CaptureMode mode, Duration timeout) {
        CaptureConfig defaults = CaptureConfig.defaults();
        return new CaptureConfig(
                mode,
                defaults.share(),
                defaults.maxPerSecond(),
                List.of("camera/secret"),
                defaults.source(),
                timeout,
                defaults.linger(),
                defaults.bufferBytes(),
                defaults.sketchSize(),
                defaults.whenAway(),
                defaults.spoolDirectory(),
                defaults.spoolBytes(),
                defaults.images());
    }

    public ServingConfig config() {
        return config;
    }

    public KafkaConnection kafka() {
        return kafka;
    }

    public ModelStore store() {
        return store;
    }

    public PrometheusMeterRegistry registry() {
        return registry;
    }

    public ServingService service() {
        return service;
    }

    /** The value of a counter or gauge. */
    public double value(String meter, String... tags) {
        return registry.get(meter)
                .tags(tags)
                .meter()
                .measure()
                .iterator()
                .next()
                .getValue();
    }

    /** Makes a version, puts it into the store and announces it. */
    public ModelAnnouncement announce(ModelVersion version)
            throws IOException, ExecutionException, InterruptedException {
        ModelAnnouncement announcement = TinyModels.publish(store, folder.resolve("scratch"), version);
        announce(announcement);
        return announcement;
    }

    public void announce(ModelAnnouncement announcement) throws ExecutionException, InterruptedException {
        producer.send(new ProducerRecord<>(
                        Topics.MODELS.topicName(),
                        announcement.model().model().getBytes(StandardCharsets.UTF_8),
                        Codecs.MODEL_ANNOUNCEMENT.encode(announcement)))
                .get();
    }

    /** Kafka goes away, and does not come back. */
    public void stopBroker() {
        producer.close();
        broker.close();
    }

    @Override
    public void close() {
        service.close();
        stopBroker();
        registry.close();
    }
}
