package io.freshet.standalone.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Answers for a service that has no HTTP of its own: {@code /metrics}, {@code /health/live} and {@code /health/ready}.
 * The caller closes it.
 */
final class AdminServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("freshet-admin").daemon().factory());

    private AdminServer(HttpServer server) {
        this.server = server;
        server.setExecutor(executor);
    }

    /**
     * Begins to answer.
     *
     * @param port 0 for any that is free
     * @param metrics the text that Prometheus scrapes
     * @throws IOException if the port is taken; the message says which
     */
    static AdminServer start(
            String host, int port, Supplier<String> metrics, BooleanSupplier live, BooleanSupplier ready)
            throws IOException {
        HttpServer http;
        try {
            http = HttpServer.create(new InetSocketAddress(host, port), 0);
        } catch (BindException e) {
            throw new IOException("Port " + port + " on " + host + " is in use", e);
        }
        http.createContext("/metrics", exchange -> answer(exchange, 200, "text/plain; version=0.0.4", metrics.get()));
        http.createContext("/health/live", exchange -> health(exchange, live));
        http.createContext("/health/ready", exchange -> health(exchange, ready));
        AdminServer server = new AdminServer(http);
        http.start();
        return server;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void health(HttpExchange exchange, BooleanSupplier well) throws IOException {
        boolean is = well.getAsBoolean();
        answer(exchange, is ? 200 : 503, "application/json", "{\"status\":\"" + (is ? "UP" : "DOWN") + "\"}");
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }
}
