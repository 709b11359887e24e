package io.freshet.serving.http;

import io.freshet.serving.grpc.GrpcEndpoint;
import io.freshet.serving.inference.AdminGate;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.model.ModelManager;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: HTTP/1.1, HTTP/2, and gRPC over it, in clear text or over TLS, on one port and several event loops.
 * Thread safe. The caller closes it.
 */
public final class HttpFrontend implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpFrontend.class);
    /** Vert.x' word for a free port that several event loops share; 0 would give each its own. */
    private static final int FREE_PORT = -1;

    private static final int HTTP2_WINDOW = 1 << 20;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Inference inference;
    private final Routes routes;
    private final GrpcEndpoint grpc;
    private final HttpServerOptions options;
    private final Binding binding;
    private final Connections connections = new Connections();
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    private HttpFrontend(
            Vertx vertx,
            Inference inference,
            Routes routes,
            GrpcEndpoint grpc,
            HttpServerOptions options,
            Binding binding) {
        this.vertx = vertx;
        this.inference = inference;
        this.routes = routes;
        this.grpc = grpc;
        this.options = options;
        this.binding = binding;
    }

    /**
     * How to listen.
     *
     * @param port 0 for any that is free
     * @param eventLoops that share the connections
     * @param idleTimeout after which a connection on which nothing moves is closed
     * @param drainTime how long a close goes on answering while it sends clients away
     * @param closeTimeout how long a close waits for requests under way after that
     */
    public record Binding(
            String host,
            int port,
            int eventLoops,
            Duration idleTimeout,
            Duration drainTime,
            Duration closeTimeout,
            TlsConfig tls) {}

    /**
     * Listens; returns when it does.
     *
     * @throws IOException if it cannot listen there, which the message names
     */
    public static HttpFrontend start(
            Binding binding,
            Inference inference,
            ModelManager models,
            AdminGate gate,
            FeedbackEndpoint feedback,
            PrometheusMeterRegistry registry)
            throws IOException, InterruptedException {
        Optional<TlsFiles> tls = tlsFiles(binding.tls());
        HttpServerOptions options = options(binding, inference.limits().maxRequests());
        tls.ifPresent(files -> options.setSsl(true).setUseAlpn(true).setKeyCertOptions(files.options()));
        HttpFrontend frontend = new HttpFrontend(
                vertx(binding.eventLoops()),
                inference,
                new Routes(inference, models, gate, feedback, registry),
                new GrpcEndpoint(inference, models, gate, registry),
                options,
                binding);
        try {
            frontend.listen(binding.eventLoops());
            tls.ifPresent(files -> files.watch(frontend.vertx, frontend.servers));
            return frontend;
        } catch (IOException | InterruptedException | RuntimeException e) {
            frontend.close();
            throw e;
        }
    }

    private static Optional<TlsFiles> tlsFiles(TlsConfig tls) throws IOException {
        return tls.certificate().isPresent()
                ? Optional.of(new TlsFiles(tls.certificate().get(), tls.key().orElseThrow()))
                : Optional.empty();
    }

    private static HttpServerOptions options(Binding binding, int maxRequests) {
        return new HttpServerOptions()
                .setHost(binding.host())
                .setPort(binding.port() == 0 ? FREE_PORT : binding.port())
                .setHandle100ContinueAutomatically(true)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(Math.toIntExact(binding.idleTimeout().toMillis()))
                // A client of HTTP/2 sends all that it has over one connection, an image or more at once.
                .setHttp2ConnectionWindowSize(HTTP2_WINDOW)
                .setInitialSettings(
                        new Http2Settings().setInitialWindowSize(HTTP2_WINDOW).setMaxConcurrentStreams(maxRequests));
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
            Router router = routes.router(vertx);
            HttpServer server = vertx.createHttpServer(options).connectionHandler(connections::opened);
            server.requestHandler(request -> {
                connections.begin(request);
                if (GrpcEndpoint.takes(request)) {
                    grpc.handle(request);
                } else {
                    router.handle(request);
                }
            });
            servers.add(server);
            return server.listen();
        }
    }

    /** The port on which it listens. */
    public int port() {
        return servers.getFirst().actualPort();
    }

    /**
     * Says that it is not ready, and sends clients away while it still answers; then takes no more connections, lets requests
     * under way be answered while the timeout lasts, and ends.
     */
    @Override
    public void close() {
        inference.drain();
        connections.drain();
        awaitDrained();
        connections.closeIdle(); // Vert.x would keep them open, and not answer what comes
        Duration closeTimeout = binding.closeTimeout();
        List<Future<Void>> closing = servers.stream()
                .map(server -> server.shutdown(closeTimeout.toMillis(), TimeUnit.MILLISECONDS))
                .toList();
        // A little more, so that it is the server that gives up.
        awaitEnd(Future.join(closing), closeTimeout.plusSeconds(1));
        awaitEnd(vertx.close(), TIMEOUT);
    }

    private void awaitDrained() {
        try {
            Thread.sleep(binding.drainTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
