package io.freshet.serving.http;

import io.freshet.serving.model.ModelManager;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: HTTP/1.1, and HTTP/2 in clear text, on one port and several event loops. Thread safe. The caller
 * closes it.
 */
public final class HttpFrontend implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpFrontend.class);
    /** Vert.x' word for a free port that several event loops share; 0 would give each its own. */
    private static final int FREE_PORT = -1;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Routes routes;
    private final HttpServerOptions options;
    private final Duration closeTimeout;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    private HttpFrontend(Vertx vertx, Routes routes, HttpServerOptions options, Duration closeTimeout) {
        this.vertx = vertx;
        this.routes = routes;
        this.options = options;
        this.closeTimeout = closeTimeout;
    }

    /**
     * Listens; returns when it does.
     *
     * @param port 0 for any that is free
     * @param eventLoops that share the connections
     * @param idleTimeout after which a connection on which nothing moves is closed
     * @param closeTimeout how long a close waits for requests under way
     * @throws IOException if it cannot listen there, which the message names
     */
    public static HttpFrontend start(
            String host,
            int port,
            int eventLoops,
            Duration idleTimeout,
            Duration closeTimeout,
            ModelManager models,
            PredictionEndpoint predictions,
            FeedbackEndpoint feedback,
            PrometheusMeterRegistry registry)
            throws IOException, InterruptedException {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port == 0 ? FREE_PORT : port)
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(idleTimeout.toMillis()));
        HttpFrontend frontend = new HttpFrontend(
                vertx(eventLoops), new Routes(models, predictions, feedback, registry), options, closeTimeout);
        try {
            frontend.listen(eventLoops);
            return frontend;
        } catch (IOException | InterruptedException | RuntimeException e) {
            frontend.close();
            throw e;
        }
    }

    private static Vertx vertx(int eventLoops) {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(2)
                // No files are served: no cache folder is wanted.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    private void listen(int eventLoops) throws IOException, InterruptedException {
        try {
            await(vertx.deployVerticle(Listener::new, new DeploymentOptions().setInstances(eventLoops)), TIMEOUT);
        } catch (ExecutionException e) {
            String at = options.getPort() + " on " + options.getHost();
            boolean taken = e.getCause() instanceof BindException
                    && String.valueOf(e.getCause().getMessage()).contains("in use");
            throw new IOException(
                    taken ? "Port " + at + " is in use" : "Cannot listen on port " + at + ": " + e.getCause(),
                    e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("The HTTP server did not start in " + TIMEOUT, e);
        }
    }

    /** One event loop's share of the connections. */
    private final class Listener extends VerticleBase {

        @Override
        public Future<?> start() {
            HttpServer server = vertx.createHttpServer(options).requestHandler(routes.router(vertx));
            servers.add(server);
            return server.listen();
        }
    }

    /** The port on which it listens. */
    public int port() {
        return servers.getFirst().actualPort();
    }

    /** Takes no more connections, lets requests under way be answered while the timeout lasts, and ends. */
    @Override
    public void close() {
        List<Future<Void>> closing = servers.stream()
                .map(server -> server.shutdown(closeTimeout.toMillis(), TimeUnit.MILLISECONDS))
                .toList();
        // A little more, so that it is the server that gives up.
        awaitEnd(Future.join(closing), closeTimeout.plusSeconds(1));
        awaitEnd(vertx.close(), TIMEOUT);
    }

    private static void awaitEnd(Future<?> end, Duration timeout) {
        try {
            await(end, timeout);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("The HTTP server did not close in good order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Future<?> future, Duration timeout)
            throws ExecutionException, TimeoutException, InterruptedException {
        future.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
