package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.freshet.standalone.cli.Freshet;
import io.freshet.standalone.config.FreshetConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

final class ComposeTest {

    /** Each of Freshet's services by its name in the file, with its port. */
    private static final Map<String, Integer> SERVICES = Map.of("serving", 8080, "ingest", 8081, "trainer", 8082);

    private static final Pattern VOLUME = Pattern.compile("(?<source>.*):(?<target>/[^:]*)(?<mode>:ro)?");
    private static final Pattern PROBE = Pattern.compile("http://localhost:(?<port>[0-9]+)(?<path>/[a-z/]*)");

    private final JsonNode compose = read(Repository.COMPOSE.resolve("compose.yml"));

    /** @param writable by the container */
    private record Volume(String source, Path target, boolean writable) {}

    private JsonNode service(String name) {
        JsonNode service = compose.path("services").path(name);
        assertThat(service.isObject()).as("service %s", name).isTrue();
        return service;
    }

    /** With what its anchors and merges refer to in their places, which Jackson does not put there. */
    private static JsonNode read(Path file) {
        try {
            Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
            return Manifest.YAML.valueToTree(yaml.load(Files.readString(file)));
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
    }

    private static List<Volume> volumes(JsonNode service) {
        return Manifest.elements(service.path("volumes")).stream()
                .map(volume -> VOLUME.matcher(volume.asText()))
                .peek(matcher -> assertThat(matcher.matches()).isTrue())
                .map(matcher -> new Volume(
                        matcher.group("source"), Path.of(matcher.group("target")), matcher.group("mode") == null))
                .toList();
    }

    private FreshetConfig config(String service) throws IOException {
        String mounted = service(service).path("command").path(2).asText();
        String source = volumes(service(service)).stream()
                .filter(volume -> volume.target().equals(Path.of(mounted)))
                .map(Volume::source)
                .findFirst()
                .orElseThrow();
        String yaml = Files.readString(Repository.COMPOSE.resolve(source));
        return Configurations.load(yaml, Manifest.texts(service(service).path("environment")), Map.of());
    }

    @Test
    void theFileIsAsTheSpecificationSays() throws IOException {
        try (InputStream in = ComposeTest.class.getResourceAsStream("compose-spec.json")) {
            var schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V201909)
                    .getSchema(in);
            assertThat(schema.validate(compose)).isEmpty();
        }
    }

    @Test
    void servicesAreCommandsWithAConfigurationThatTheProgramTakes() throws IOException {
        for (String service : SERVICES.keySet()) {
            List<String> command = Manifest.elements(service(service).path("command")).stream()
                    .map(JsonNode::asText)
                    .toList();
            new CommandLine(new Freshet()).parseArgs(command.toArray(String[]::new));
            assertThat(config(service)).isNotNull();
        }
    }

    @Test
    void whatServicesWriteLiesOnVolumes() throws IOException {
        FreshetConfig config = config("serving");
        requireVolume("ingest", config.ingest().stateDirectory(), true);
        requireVolume("serving", config.serving().cacheDirectory(), true);
        requireVolume("serving", config.serving().capture().spoolDirectory(), true);
        requireVolume("serving", Path.of(config.store()), false);
        requireVolume("trainer", Path.of(config.store()), true);
        requireVolume("trainer", config.trainer().work(), true);
        requireVolume("trainer", config.trainer().labeled(), false);
        assertThat(sourceOf("serving", Path.of(config.store())))
                .isEqualTo(sourceOf("trainer", Path.of(config.store())));
    }

    private void requireVolume(String service, Path path, boolean writable) {
        assertThat(volumes(service(service)))
                .as("where %s has %s", service, path)
                .filteredOn(volume -> path.startsWith(volume.target()))
                .singleElement()
                .extracting(Volume::writable)
                .isEqualTo(writable);
    }

    private String sourceOf(String service, Path path) {
        return volumes(service(service)).stream()
                .filter(volume -> path.startsWith(volume.target()))
                .map(Volume::source)
                .findFirst()
                .orElseThrow();
    }

    /** The image has a place for each, which gives a new volume its mode; see the image profile of deploy/standalone. */
    @Test
    void volumesLieWhereTheImageHasAPlaceForThem() {
        Path image = Repository.ROOT.resolve("deploy/standalone/src/main/jib");
        for (String service : SERVICES.keySet()) {
            assertThat(volumes(service(service)))
                    .filteredOn(volume -> compose.path("volumes").has(volume.source()))
                    .isNotEmpty()
                    .allSatisfy(volume ->
                            assertThat(image.resolve("." + volume.target())).isDirectory());
        }
    }

    @Test
    void namedVolumesAreDeclaredAndFilesAreThere() {
        compose.path("services").properties().forEach(service -> {
            for (Volume volume : volumes(service.getValue())) {
                if (volume.source().startsWith("./")) {
                    assertThat(Repository.COMPOSE.resolve(volume.source())).exists();
                } else if (!volume.source().startsWith("../")
                        && !volume.source().startsWith("$")) {
                    assertThat(compose.path("volumes").has(volume.source()))
                            .as("volume %s of %s", volume.source(), service.getKey())
                            .isTrue();
                }
            }
        });
    }

    @Test
    void healthIsAskedOfThePortThatTheServiceHas() throws IOException {
        FreshetConfig config = config("serving");
        assertThat(SERVICES)
                .isEqualTo(Map.of(
                        "serving", config.serving().port(),
                        "ingest", config.admin().ingestPort(),
                        "trainer", config.admin().trainerPort()));
        SERVICES.forEach((service, port) -> {
            Matcher probe =
                    PROBE.matcher(service(service).at("/healthcheck/test/1").asText());
            assertThat(probe.find()).isTrue();
            do {
                assertThat(probe.group("port"))
                        .as("port of the probe of %s", service)
                        .isEqualTo(port.toString());
                assertThat(probe.group("path")).isIn("/health/live", "/health/ready");
            } while (probe.find());
        });
    }

    @Test
    void everyServiceHasAHealthCheckAndIsRestarted() {
        compose.path("services").properties().forEach(service -> {
            assertThat(service.getValue().at("/healthcheck/test").isArray())
                    .as("health check of %s", service.getKey())
                    .isTrue();
            assertThat(service.getValue().path("restart").asText()).isEqualTo("unless-stopped");
        });
    }

    @Test
    void portsAreOnTheLoopbackAddressOnly() {
        for (JsonNode ports : compose.findValues("ports")) {
            assertThat(Manifest.elements(ports)).allMatch(port -> port.asText().startsWith("127.0.0.1:"));
        }
    }

    @Test
    void servicesHaveNoRightsThatTheyDoNotNeed() {
        for (String service : SERVICES.keySet()) {
            assertThat(service(service).path("read_only").asBoolean()).isTrue();
            assertThat(service(service).path("user").asText()).matches("[1-9][0-9]*:[1-9][0-9]*");
            assertThat(service(service).at("/cap_drop/0").asText()).isEqualTo("ALL");
            // Docker mounts a tmpfs from which nothing can be run, if it is not told otherwise.
            assertThat(service(service).at("/tmpfs/0").asText()).startsWith("/tmp:exec,");
        }
    }

    @Test
    void imagesAreThoseOfThisVersion() throws IOException {
        for (String service : SERVICES.keySet()) {
            assertThat(service(service).path("image").asText())
                    .isEqualTo("${FRESHET_IMAGE:-freshet:" + PodSecurityTest.projectVersion() + "}");
        }
        assertThat(service("kafka").path("image").asText()).isEqualTo("apache/kafka:" + AppInfoParser.getVersion());
    }

    @Test
    void kafkaListensWhereTheServicesLookForIt() throws IOException {
        Map<String, String> kafka = Manifest.texts(service("kafka").path("environment"));
        assertThat(kafka.get("KAFKA_ADVERTISED_LISTENERS"))
                .contains("://" + config("ingest").kafka().bootstrapServers());
        assertThat(config("ingest").kafka().createTopics()).isTrue();
    }

    @Test
    void prometheusScrapesTheServicesByTheNamesThatRulesHave() {
        JsonNode prometheus = read(Repository.COMPOSE.resolve("prometheus.yml"));
        Map<String, String> targets = new HashMap<>();
        prometheus
                .path("scrape_configs")
                .forEach(job -> targets.put(
                        job.path("job_name").asText(),
                        job.at("/static_configs/0/targets/0").asText()));
        assertThat(targets)
                .isEqualTo(SERVICES.entrySet().stream()
                        .collect(Collectors.toMap(
                                service -> "freshet-" + service.getKey(),
                                service -> service.getKey() + ":" + service.getValue())));
        Path original = Repository.ROOT.resolve("deploy/prometheus/prometheus.yml");
        assumeTrue(Files.exists(original), "skipped in part: there is no " + original);
        assertThat(read(original).path("scrape_configs").findValuesAsText("job_name"))
                .containsExactlyInAnyOrderElementsOf(targets.keySet());
    }
}
