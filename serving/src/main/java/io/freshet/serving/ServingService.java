package io.freshet.serving;

import io.freshet.engine.SessionOptions;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.capture.TrafficCapture;
import io.freshet.serving.http.HttpFrontend;
import io.freshet.serving.http.PredictionEndpoint;
import io.freshet.serving.model.AnnouncementFollower;
import io.freshet.serving.model.Backoff;
import io.freshet.serving.model.ModelCache;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.SavedModelLoader;
import io.freshet.serving.predict.Predictor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replica: follows the announced models, answers predictions over HTTP, and captures what it served. Thread safe. The
 * caller closes it.
 */
public final class ServingService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServingService.class);

    /** What was opened, the last first: each part needs only parts behind it. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final ModelManager models;
    private final HttpFrontend http;

    /**
     * Starts a replica; returns when it listens. It is ready when the models are.
     *
     * @param kafka whose topics are there, or will be
     * @param registry takes the meters, and is what {@code /metrics} shows; not closed by the service
     * @throws IOException if the port or the cache folder is in use, the folder cannot be written, or a trusted key not
     *     be read
     * @throws io.freshet.protocol.kafka.BrokerUnreachableException if no broker answers
     */
    public static ServingService start(
            ServingConfig config, KafkaConnection kafka, ModelStore store, PrometheusMeterRegistry registry)
            throws IOException, InterruptedException {
        kafka.requireReachable(KafkaConnection.START_TIMEOUT);
        return new ServingService(config, kafka, store, registry);
    }

    private ServingService(
            ServingConfig config, KafkaConnection kafka, ModelStore store, PrometheusMeterRegistry registry)
            throws IOException, InterruptedException {
        try {
            opened(JvmMetrics.bind(registry));
            models = openModels(config, store, registry);
            Optional<TrafficCapture> capture = config.capture().mode() == CaptureMode.OFF
                    ? Optional.empty()
                    : Optional.of(opened(TrafficCapture.start(config.capture(), kafka, registry)));
            ExecutorService requests = opened(pool("freshet-request-", config.requestThreads()));
            ExecutorService replies = opened(pool("freshet-reply-", config.requestThreads()));
            Predictor predictor = opened(new Predictor(
                    config.batching(), config.limits().image(), capture, replies, Clock.systemUTC(), registry));
            PredictionEndpoint predictions = new PredictionEndpoint(
                    models,
                    predictor,
                    config.limits(),
                    config.capture().source(),
                    new PredictionEndpoint.Threads(requests, replies),
                    registry);
            http = opened(HttpFrontend.start(
                    config.host(),
                    config.port(),
                    config.eventLoops(),
                    config.limits().idleTimeout(),
                    config.closeTimeout(),
                    models,
                    predictions,
                    registry));
            opened(new AnnouncementFollower(kafka, registry, models::announce)).start();
            LOG.info("Serving on {}:{}", config.host(), http.port());
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private ModelManager openModels(ServingConfig config, ModelStore store, MeterRegistry registry) throws IOException {
        TrustedKeys trusted = TrustedKeys.read(config.trustedKeys());
        ModelCache cache = opened(ModelCache.open(config.cacheDirectory()));
        SavedModelLoader networks = new SavedModelLoader(
                SessionOptions.forServing(config.sessionThreads()),
                config.batching().maxBatch(),
                config.golden());
        return opened(new ModelManager(
                Set.copyOf(config.models()), store, trusted, cache, networks, Backoff.DEFAULT, registry));
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

    /** Whether each configured model is in service, or any if none is configured. */
    public boolean isReady() {
        return models.isReady();
    }

    /** Takes no more requests, answers those under way, sends what was captured, and closes the models. */
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
