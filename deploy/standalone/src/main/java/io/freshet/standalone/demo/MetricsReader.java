package io.freshet.standalone.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Reads a service's {@code /metrics}, as Prometheus does. Thread safe; the caller closes it. */
final class MetricsReader implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The whole page; empty if the service does not answer. */
    String read(int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .timeout(TIMEOUT)
                .build();
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return ""; // a service that is being started again
        }
    }

    /**
     * A series' value on a page.
     *
     * @param series as the page writes it, with its labels
     * @return 0 if there is no such series
     */
    static double value(String page, String series) {
        return page.lines()
                .filter(line -> line.startsWith(series + " "))
                .findFirst()
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .orElse(0.0);
    }

    @Override
    public void close() {
        http.close();
    }
}
