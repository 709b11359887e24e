package io.freshet.serving;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ServingPolicy;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.claim.ImageStores;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.capture.TrafficCapture;
import io.freshet.serving.feedback.AnsweredLog;
import io.freshet.serving.feedback.Feedback;
import io.freshet.serving.http.FeedbackEndpoint;
import io.freshet.serving.http.HttpFrontend;
import io.freshet.serving.inference.AdminGate;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.model.Backoff;
import io.freshet.serving.model.KafkaPublisher;
import io.freshet.serving.model.ModelCache;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.NetworkLoader;
import io.freshet.serving.model.SavedModelLoader;
import io.freshet.serving.model.TopicFollower;
import io.freshet.serving.model.YieldingLoader;
import io.freshet.serving.predict.Predictor;
import io.freshet.serving.stream.StreamService;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica: follows the announced models, answers predictions over HTTP, and captures what it served. Thread safe. The
 * caller closes it.
 */
public final class ServingService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServingService.class);

    /** For so long, a start waits to be told what is pinned; less where something serves already. */
    private static final Duration POLICIES_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration POLICIES_TIMEOUT_RESTORED = Duration.ofSeconds(2);

    /** What was opened, the last first: each part needs only parts behind it. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final ModelManager models;
    private final Inference inference;
    private final HttpFrontend http;

    /** One whose image store, if it has any, is a folder. */
    public static ServingService start(
            ServingConfig config, KafkaConnection kafka, ModelStore store, PrometheusMeterRegistry registry)
            throws IOException, InterruptedException {
        return start(config, kafka, store, ImageStores.folders(), registry);
    }

    /**
     * Starts a replica; returns when it listens. It is ready when the models are. Without Kafka it serves what it served
     * last, if its cache still holds that.
     *
     * @param kafka whose topics are there, or will be
     * @param images opens the image store that the configuration names
     * @param registry takes the meters, and is what {@code /metrics} shows; not closed by the service
     * @throws IOException if the port or the cache folder is in use, the folder cannot be written, or a trusted key not
     *     be read
     * @throws io.freshet.protocol.kafka.BrokerUnreachableException if no broker answers, and the cache holds nothing to serve
     */
    public static ServingService start(
            ServingConfig config,
            KafkaConnection kafka,
            ModelStore store,
            ImageStores images,
            PrometheusMeterRegistry registry)
            throws IOException, InterruptedException {
        return start(config, kafka, store, images, registry, Tracing.off());
    }

    /** The same, with traces. */
    public static ServingService start(
            ServingConfig config,
            KafkaConnection kafka,
            ModelStore store,
            ImageStores images,
            PrometheusMeterRegistry registry,
            Tracing tracing)
            throws IOException, InterruptedException {
        return new ServingService(config, kafka, store, images, registry, tracing);
    }

    private ServingService(
            ServingConfig config,
            KafkaConnection kafka,
            ModelStore store,
            ImageStores images,
            PrometheusMeterRegistry registry,
            Tracing tracing)
            throws IOException, InterruptedException {
        try {
            opened(JvmMetrics.bind(registry));
            models = openModels(config, kafka, store, registry, tracing);
            int restored = models.restore();
            if (restored == 0) {
                kafka.requireReachable(KafkaConnection.START_TIMEOUT);
            }
            boolean takesLabels = config.capture().mode() != CaptureMode.OFF
                    && config.feedback().remembered() > 0;
            Optional<TrafficCapture> capture = openCapture(config, kafka, images, takesLabels, registry, tracing);
            ExecutorService requests = opened(pool("freshet-request-", config.requestThreads()));
            Optional<Feedback> feedback = takesLabels
                    ? Optional.of(opened(
                            Feedback.start(config.feedback(), kafka, models, requests, Clock.systemUTC(), registry)))
                    : Optional.empty();
            ExecutorService replies = opened(pool("freshet-reply-", config.requestThreads()));
            Predictor predictor = new Predictor(config.limits().image(), capture, Clock.systemUTC(), registry, tracing);
            if (config.stream().reads()) {
                opened(StreamService.start(
                        config.stream(), config.capture().source(), kafka, models, predictor, requests, registry));
            }
            inference = new Inference(
                    models,
                    predictor,
                    config.limits(),
                    config.capture().source(),
                    new Inference.Threads(requests, replies),
                    tracing);
            HttpFrontend.Binding binding = new HttpFrontend.Binding(
                    config.host(),
                    config.port(),
                    config.eventLoops(),
                    config.limits().idleTimeout(),
                    config.drainTime(),
                    config.closeTimeout(),
                    config.tls());
            AdminGate gate = new AdminGate(config.adminToken());
            FeedbackEndpoint labels = new FeedbackEndpoint(
                    feedback, config.capture().source(), config.limits().maxImages(), inference.admission(), requests);
            http = opened(HttpFrontend.start(binding, inference, models, gate, labels, registry));
            follow(kafka, restored == 0 ? POLICIES_TIMEOUT : POLICIES_TIMEOUT_RESTORED, registry);
            LOG.info("Serving on {}:{}", config.host(), http.port());
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private ModelManager openModels(
            ServingConfig config, KafkaConnection kafka, ModelStore store, MeterRegistry registry, Tracing tracing)
            throws IOException {
        TrustedKeys trusted = TrustedKeys.read(config.trustedKeys());
        ModelCache cache = opened(ModelCache.open(config.cacheDirectory()));
        NetworkLoader networks = openLoader(config);
        return opened(new ModelManager(
                Set.copyOf(config.models()),
                new ModelManager.Settings(config.batching(), config.rollout(), Backoff.DEFAULT),
                store,
                trusted,
                cache,
                networks,
                opened(new KafkaPublisher(kafka)),
                Clock.systemUTC(),
                registry,
                tracing));
    }

    private NetworkLoader openLoader(ServingConfig config) {
        SavedModelLoader networks = new SavedModelLoader(
                SessionOptions.forServing(config.sessionThreads()),
                config.batching().maxBatch(),
                config.golden(),
                config.warmupShare());
        return config.sessionThreads() == 0 ? networks : opened(new YieldingLoader(networks));
    }

    /** The policies first, or a version that none of them wants might serve for a moment. */
    private void follow(KafkaConnection kafka, Duration patience, MeterRegistry registry) throws InterruptedException {
        TopicFollower<ServingPolicy> policies = opened(new TopicFollower<>(
                kafka, Topics.POLICIES, Codecs.SERVING_POLICY, ServingPolicy::model, registry, models::setPolicy));
        policies.start();
        TopicFollower<ModelAnnouncement> announcements = opened(new TopicFollower<>(
                kafka,
                Topics.MODELS,
                Codecs.MODEL_ANNOUNCEMENT,
                announcement -> announcement.model().model(),
                registry,
                models::announce));
        if (!policies.awaitCaughtUp(patience)) {
            LOG.warn("{} could not be read yet: what is announced is served meanwhile", Topics.POLICIES);
        }
        announcements.start();
    }

    private Optional<TrafficCapture> openCapture(
            ServingConfig config,
            KafkaConnection kafka,
            ImageStores images,
            boolean takesLabels,
            MeterRegistry registry,
            Tracing tracing)
            throws IOException {
        if (config.capture().mode() == CaptureMode.OFF) {
            return Optional.empty();
        }
        Consumer<ProducerRecord<byte[], byte[]>> answered =
                takesLabels ? opened(AnsweredLog.open(kafka)) : traffic -> {};
        return Optional.of(opened(TrafficCapture.start(config.capture(), images, kafka, answered, registry, tracing)));
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    private static ExecutorService pool(String name, int threads) {
        return Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name(name, 0).daemon().factory());
    }

    /** The port on which it listens. */
    public int port() {
        return http.port();
    }

    /** Whether each configured model is in service, or any if none is configured; not once it is being closed. */
    public boolean isReady() {
        return inference.isReady();
    }

    /** Sends clients away, takes no more requests, answers those under way, sends what was captured, and closes the models. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close in good order", part.getClass().getSimpleName(), e);
            }
        }
    }
}
