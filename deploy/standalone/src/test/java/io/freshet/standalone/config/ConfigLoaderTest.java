package io.freshet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.standalone.tracing.TracingConfig;
import io.freshet.trainer.gate.GateConfig;
import io.freshet.trainer.round.Candidate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {

    @TempDir
    Path folder;

    private final ConfigLoader loader = new ConfigLoader();

    @Test
    void withoutSourcesEverythingIsAtItsDefault() {
        assertThat(load("", Map.of(), Map.of())).isEqualTo(FreshetConfig.defaults());
    }

    @Test
    void tracesGoWhereTheFileOrTheEnvironmentSays() {
        assertThat(FreshetConfig.defaults().tracing().endpoint()).isEmpty();
        assertThat(load("tracing: {endpoint: 'http://collector:4318', sampleRatio: 0.5}", Map.of(), Map.of())
                        .tracing())
                .isEqualTo(new TracingConfig(Optional.of(URI.create("http://collector:4318")), .5));
        assertThat(load("", Map.of("FRESHET__TRACING__ENDPOINT", "https://traces.example/otlp"), Map.of())
                        .tracing()
                        .endpoint())
                .contains(URI.create("https://traces.example/otlp"));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        assertThat(load(loader.toYaml(FreshetConfig.defaults()), Map.of(), Map.of()))
                .isEqualTo(FreshetConfig.defaults());
    }

    @Test
    void aFileChangesOnlyWhatItNames() {
        FreshetConfig config = load("""
                kafka:
                  bootstrapServers: kafka-1:9092,kafka-2:9092
                  properties:
                    security.protocol: SASL_SSL
                trainer:
                  model: fashion
                  anchor: /data/anchor
                  triggers:
                    schedule: 90m
                    images: 5000
                  rounds:
                    candidates: [scratch, batch_norm]
                    gate:
                      level: 0.01
                      recallFloor: 0.4
                      latencyBound: null
                """, Map.of(), Map.of());
        assertThat(config.kafka().bootstrapServers()).isEqualTo("kafka-1:9092,kafka-2:9092");
        assertThat(config.kafka().properties()).containsExactly(Map.entry("security.protocol", "SASL_SSL"));
        assertThat(config.trainer().model()).isEqualTo("fashion");
        assertThat(config.trainer().anchor()).contains(Path.of("/data/anchor"));
        assertThat(config.trainer().triggers().schedule()).contains(Duration.ofMinutes(90));
        assertThat(config.trainer().triggers().images()).contains(5_000L);
        assertThat(config.trainer().rounds().candidates()).containsExactly(Candidate.SCRATCH, Candidate.BATCH_NORM);
        GateConfig gate = config.trainer().rounds().gate();
        assertThat(gate)
                .isEqualTo(new GateConfig(
                        .01, 100, .02, .15, Optional.of(.4), Optional.of(.1), Optional.empty(), Optional.empty()));
        assertThat(config.serving()).isEqualTo(FreshetConfig.defaults().serving());
    }

    @Test
    void theEnvironmentStandsOverTheFileAndTheCommandLineOverBoth() {
        String file = "serving: {port: 1, host: file}\nstore: file";
        Map<String, String> environment = Map.of(
                "FRESHET__SERVING__PORT", "2",
                "FRESHET__STORE", "environment",
                "FRESHET__TRAINER__TRIGGERS__MIN_IMAGES", "77",
                "FRESHET__KAFKA__PROPERTIES__SASL_MECHANISM", "PLAIN",
                "FRESHET_SERVING_PORT", "tcp://10.0.0.1:8080"); // what Kubernetes sets for a service
        FreshetConfig config = load(file, environment, Map.of("serving.port", "3"));
        assertThat(config.serving().port()).isEqualTo(3);
        assertThat(config.serving().host()).isEqualTo("file");
        assertThat(config.store()).isEqualTo("environment");
        assertThat(config.trainer().triggers().minImages()).isEqualTo(77);
        assertThat(config.kafka().properties()).containsEntry("sasl.mechanism", "PLAIN");
    }

    @Test
    void aListHasCommasBetweenItsValuesWhereOnlyATextCanBeGiven() {
        FreshetConfig config = load(
                "serving: {capture: {excludedSources: [file]}}",
                Map.of("FRESHET__SERVING__CAPTURE__EXCLUDED_SOURCES", "a, b"),
                Map.of("trainer.rounds.candidates", "student"));
        assertThat(config.serving().capture().excludedSources()).containsExactly("a", "b");
        assertThat(config.trainer().rounds().candidates()).containsExactly(Candidate.STUDENT);
        assertThat(load("", Map.of(), Map.of("serving.capture.excludedSources", ""))
                        .serving()
                        .capture()
                        .excludedSources())
                .isEmpty();
        assertThatThrownBy(() -> load("", Map.of(), Map.of("trainer.rounds.candidates", "student, teacher")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("teacher");
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        assertRefused(
                "trainer: {rounds: {gate: {levle: 0.1}}}",
                "'trainer.rounds.gate.levle'",
                "'trainer.rounds.gate.level'");
        assertRefused("kafka: {bootstrap-servers: x}", "'kafka.bootstrap-servers'", "'kafka.bootstrapServers'");
        assertRefused("servnig: {}", "'servnig'", "'serving'");
        assertRefused("colour: red", "'colour'", "there are [kafka, store,");
        assertThatThrownBy(() -> load("", Map.of("FRESHET__SERVING__PROT", "1"), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("FRESHET__SERVING__PROT")
                .hasMessageContaining("'serving.port'");
    }

    @Test
    void aWrongValueIsNamedWithItsKey() {
        assertRefused("serving: {port: eighty}", "'serving.port'", "eighty");
        assertRefused("trainer: {triggers: {schedule: soon}}", "trainer.triggers.schedule", "as in 30s");
        assertRefused("trainer: {rounds: {gate: {level: 7}}}", "trainer.rounds.gate", "level must lie in (0, 1)");
        assertRefused("store: gs://bucket", "s3://BUCKET/PREFIX", "gs://bucket");
        assertRefused("tracing: {sampleRatio: 2}", "'tracing'", "sampleRatio must lie in 0 to 1, not at 2");
        assertRefused("tracing: {endpoint: 'collector:4317'}", "'tracing'", "http://collector:4318", "collector:4317");
        assertRefused("tracing: {endpont: http://collector}", "did you mean 'tracing.endpoint'?");
        assertRefused("serving: 80", "'serving' holds further keys");
        assertRefused("- a list", "keys and values are wanted");
        assertRefused("a: b: c", "is no YAML");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> loader.load(Optional.of(folder.resolve("none.yaml")), Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml");
    }

    private void assertRefused(String yaml, String... parts) {
        assertThatThrownBy(() -> load(yaml, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(parts);
    }

    private FreshetConfig load(String yaml, Map<String, String> environment, Map<String, String> arguments) {
        try {
            Path file = Files.writeString(folder.resolve("freshet.yaml"), yaml);
            return loader.load(Optional.of(file), environment, arguments);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
