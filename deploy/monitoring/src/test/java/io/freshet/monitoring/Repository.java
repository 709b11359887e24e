package io.freshet.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The files that are checked. Tests run in the module's folder. */
final class Repository {

    static final Path PROMETHEUS = Path.of("..", "prometheus");
    static final Path RECORDING = PROMETHEUS.resolve("rules/freshet-recording.yml");
    static final Path ALERTS = PROMETHEUS.resolve("rules/freshet-alerts.yml");
    static final Path RULE_TESTS = PROMETHEUS.resolve("rules/tests");
    static final Path DASHBOARDS = Path.of("..", "grafana", "dashboards");
    static final Path RUNBOOK = Path.of("..", "..", "docs", "runbook.md");
    static final Path METRICS = Path.of("..", "..", "docs", "metrics.md");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private Repository() {}

    static JsonNode yaml(Path file) {
        return read(YAML, file);
    }

    static JsonNode json(Path file) {
        return read(JSON, file);
    }

    private static JsonNode read(ObjectMapper mapper, Path file) {
        try {
            return mapper.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> list(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rules of a file, of all its groups. */
    static List<JsonNode> rules(Path file) {
        return stream(yaml(file).get("groups"))
                .flatMap(group -> stream(group.get("rules")))
                .toList();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
