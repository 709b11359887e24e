package io.freshet.standalone.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One of the services, in a process that is stopped and started again. For one thread at a time; the caller closes it. */
final class RestartedProcess implements AutoCloseable {

    /** Of {@code kill}, which Java answers when all of its shutdown hooks have run. */
    private static final int TERMINATED = 128 + 15;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final List<String> options;
    private final Path log;
    private final int port;
    private final List<String> arguments;
    private volatile FreshetProcess process;

    /** @param port where it answers for its health */
    RestartedProcess(String name, String heap, Path logs, int port, List<String> arguments) throws IOException {
        // A service that lives for a minute gains nothing from code that is compiled well.
        this.options = List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        this.log = Files.createDirectories(logs).resolve(name + ".log");
        this.port = port;
        this.arguments = List.copyOf(arguments);
        this.process = FreshetProcess.start(options, log, arguments);
        // Where this process is told to stop before it closes, the other stops with it.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.terminate()));
    }

    int port() {
        return port;
    }

    void awaitReady() {
        await(log.getFileName().toString()).atMost(PATIENCE).until(() -> {
            if (!process.isAlive()) {
                start(); // as Kubernetes does; on a busy machine Kafka may not answer soon enough
            }
            return page("/health/ready")
                    .map(answer -> answer.statusCode() == 200)
                    .orElse(false);
        });
    }

    /** Tells it to stop, as Kubernetes does; returns when it has, in good order. */
    void stop() throws Exception {
        int before = text().length();
        process.terminate();
        OptionalInt code = process.awaitEnd(PATIENCE);
        String said = text().substring(before);
        assertThat(code).as("exit code of %s", log).hasValue(TERMINATED);
        assertThat(said).contains("has stopped").doesNotContain("good order", " ERROR ");
    }

    void start() throws IOException {
        process = FreshetProcess.start(options, log, arguments);
    }

    String text() throws IOException {
        return Files.readString(log);
    }

    /** The largest value of a metric's series whose labels contain a text; 0 if there is none. */
    double metric(String name, String label) throws InterruptedException {
        return page("/metrics").stream()
                .flatMap(answer -> answer.body().lines())
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .max()
                .orElse(0);
    }

    private Optional<HttpResponse<String>> page(String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return Optional.of(HTTP.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        process.stop(PATIENCE);
    }

    /** Tells all to stop before it waits for any. */
    static void closeAll(List<RestartedProcess> processes) {
        new ArrayList<>(processes).forEach(each -> each.process.terminate());
        processes.forEach(RestartedProcess::close);
    }
}
