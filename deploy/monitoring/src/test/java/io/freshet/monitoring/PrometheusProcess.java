package io.freshet.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A real Prometheus with the repository's configuration and rules, made quick: it scrapes and judges each second, all
 * windows of time are {@link #WINDOW}, and alerts fire after a second. Bounds stay as they are. The caller closes it.
 */
final class PrometheusProcess implements AutoCloseable {

    /** In place of five minutes as of seven days. */
    static final String WINDOW = "20s";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI address;

    /**
     * Starts it; it answers later.
     *
     * @param targets ports by the name of the job
     */
    PrometheusProcess(Tool prometheus, Path folder, int port, Map<String, Integer> targets) throws IOException {
        Path rules = Files.createDirectories(folder.resolve("rules"));
        for (Path file : List.of(Repository.RECORDING, Repository.ALERTS)) {
            Files.writeString(rules.resolve(file.getFileName().toString()), quick(Repository.text(file)));
        }
        Path config = folder.resolve("prometheus.yml");
        Files.writeString(config, config(Repository.text(Repository.PROMETHEUS.resolve("prometheus.yml")), targets));
        this.address = URI.create("http://127.0.0.1:" + port + "/");
        this.process = new ProcessBuilder(prometheus.command(List.of(
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--log.level=warn")))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    private static String quick(String rules) {
        return rules.replaceAll("\\[\\d+[smhd]]", "[" + WINDOW + "]").replaceAll("for: \\d+[smhd]", "for: 1s");
    }

    private static String config(String text, Map<String, Integer> targets) {
        String config = text.replaceAll("_interval: 15s", "_interval: 1s");
        for (Map.Entry<String, Integer> target : targets.entrySet()) {
            config = config.replaceAll(
                    "(job_name: " + target.getKey() + "\n.*\n.*targets: \\[\")localhost:\\d+",
                    "$1127.0.0.1:" + target.getValue());
        }
        return config;
    }

    boolean isReady() {
        try {
            return process.isAlive()
                    && http.send(
                                            HttpRequest.newBuilder(address.resolve("-/ready"))
                                                    .build(),
                                            BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The samples that answer a query now; those that are no number are left out. */
    List<Double> query(String query) throws IOException, InterruptedException {
        JsonNode answer = get("api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        if (!answer.get("status").asText().equals("success")) {
            throw new IllegalArgumentException(query + ": " + answer);
        }
        return Repository.stream(answer.at("/data/result"))
                .map(sample -> sample.at("/value/1").asText())
                .filter(value -> !value.equals("NaN"))
                .map(value -> Double.valueOf(value.replace("Inf", "Infinity")))
                .toList();
    }

    /** The alerts that fire. */
    List<JsonNode> firing() throws IOException, InterruptedException {
        return Repository.stream(get("api/v1/alerts").at("/data/alerts"))
                .filter(alert -> alert.get("state").asText().equals("firing"))
                .toList();
    }

    List<String> firingNames() throws IOException, InterruptedException {
        return firing().stream()
                .map(alert -> alert.at("/labels/alertname").asText())
                .sorted()
                .collect(Collectors.toList());
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(
                http.send(HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString())
                        .body());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
