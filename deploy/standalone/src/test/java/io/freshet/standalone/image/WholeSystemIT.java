package io.freshet.standalone.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.freshet.protocol.image.PixelImage;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Datasets;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.junit.jupiter.EnabledIfDockerAvailable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The whole system in containers: three brokers, the three services from Freshet's own image, as locked down as in
 * production, and a Prometheus that scrapes them. {@code FRESHET_IMAGE}, {@code FRESHET_KAFKA_IMAGE} and
 * {@code FRESHET_PROMETHEUS_IMAGE} name other images; Freshet's is made by {@code ./mvnw -Pimage}, as docs/operations.md says.
 */
@Tag("testcontainers")
@EnabledIfDockerAvailable
class WholeSystemIT {

    private static final String FRESHET = image("FRESHET_IMAGE", "freshet:0.1.0-SNAPSHOT");
    private static final String KAFKA = image("FRESHET_KAFKA_IMAGE", "apache/kafka:" + AppInfoParser.getVersion());
    private static final String PROMETHEUS = image("FRESHET_PROMETHEUS_IMAGE", "prom/prometheus:v3.5.0");

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Integer> NODES = List.of(1, 2, 3);
    private static final String CONFIG = "/etc/freshet/freshet.yaml";
    private static final String MODELS = "/var/lib/freshet/models";
    private static final int LABELED = 200;
    private static final int IMAGES = 150;

    private static final String SETTINGS = """
            kafka: {bootstrapServers: "kafka-1:9092,kafka-2:9092,kafka-3:9092"}
            store: /var/lib/freshet/models
            ingest:
              stateDirectory: /var/lib/freshet/ingest
              deduplication: {near: false}
              budget: {perSecond: 10000, sourceShare: 1, classShare: 1}
            trainer:
              model: fashion
              labeled: /var/lib/freshet/labeled
              work: /var/lib/freshet/trainer
              leaveOutNear: false
              triggers: {schedule: null, drift: false, images: 100, minImages: 50}
              rounds:
                initial: {steps: 20, batchSize: 16}
                initialArchitecture: residual-8
                student: {steps: 40, batchSize: 16}
                candidates: [STUDENT]
                control: false
            serving:
              cacheDirectory: /var/lib/freshet/serving/models
              capture: {spoolDirectory: /var/lib/freshet/serving/capture}
            """;

    @TempDir
    Path folder;

    private final String models = "freshet-it-" + UUID.randomUUID();
    private final Network network = Network.newNetwork();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Map<Integer, GenericContainer<?>> brokers = new HashMap<>();
    private final GenericContainer<?> serving = service("serving", "serve", 8080);
    private final GenericContainer<?> ingest = service("ingest", "ingest", 8081);
    private final GenericContainer<?> trainer = service("trainer", "trainer", 8082);
    private final GenericContainer<?> prometheus = prometheus();

    @BeforeEach
    void start() throws Exception {
        requireImage();
        Dataset dataset = Datasets.read(Datasets.SAMPLE, folder);
        dataset.write(dataset.examples().subList(0, LABELED), folder.resolve("labeled"));
        Files.writeString(folder.resolve("freshet.yaml"), SETTINGS);
        // The user in the containers is another one.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String cluster = Uuid.randomUuid().toString();
        NODES.forEach(node -> brokers.put(node, broker(node, cluster)));
        Startables.deepStart(brokers.values()).get();
        Startables.deepStart(serving, ingest, trainer, prometheus).get();
    }

    @AfterEach
    void stop() {
        List.of(prometheus, serving, trainer, ingest).forEach(GenericContainer::stop);
        brokers.values().forEach(GenericContainer::stop);
        network.close();
        http.close();
        if (!brokers.isEmpty()) {
            DockerClientFactory.lazyClient().removeVolumeCmd(models).exec();
        }
    }

    @Test
    void imagesBecomeARoundAndPrometheusSeesItAlsoWithABrokerLess() throws Exception {
        Dataset dataset = Datasets.read(Datasets.SAMPLE, folder);
        assertThat(trainer.execInContainer("/usr/local/bin/freshet", "models", "list", "--config", CONFIG)
                        .getStdout())
                .contains("fashion");

        for (int i = 0; i < IMAGES; i++) {
            assertThat(predict(dataset, i)).as("answer %d", i).contains("\"class\"");
        }
        awaitValue("sum(freshet_ingest_images_total{outcome=\"kept\"})", IMAGES);
        awaitValue("count(up{job=~\"freshet-.+\"} == 1)", 3);
        // The first model's, and one that has learned from these images.
        awaitValue("sum(freshet_trainer_round_steps_total{step=~\"promoted|held\"})", 2);

        Objects.requireNonNull(brokers.get(2)).stop();
        for (int i = IMAGES; i < 2 * IMAGES; i++) {
            assertThat(predict(dataset, i)).as("answer %d", i).contains("\"class\"");
        }
        awaitValue("sum(freshet_ingest_images_total{outcome=\"kept\"})", 2 * IMAGES);
    }

    private String predict(Dataset dataset, int number) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address(serving, 8080, "/v1/models/fashion:predict"))
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(image(dataset, number).toPng().bytes()))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** Each has its number in a corner, so that none is a copy. */
    private static PixelImage image(Dataset dataset, int number) {
        byte[] gray = dataset.examples().get(LABELED + number).image().toModelInput(28, 28, 1);
        gray[0] = (byte) number;
        gray[1] = (byte) (number >> Byte.SIZE);
        return PixelImage.ofGray(28, 28, gray);
    }

    private void awaitValue(String query, double least) {
        await(query)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(value(query)).isGreaterThanOrEqualTo(least));
    }

    /** What Prometheus answers; 0 if it has nothing to say. */
    private double value(String query) throws IOException, InterruptedException {
        URI ask = address(prometheus, 9090, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        JsonNode answer = JSON.readTree(http.send(HttpRequest.newBuilder(ask).build(), BodyHandlers.ofString())
                .body());
        return answer.at("/data/result/0/value/1").asDouble();
    }

    private static URI address(GenericContainer<?> container, int port, String path) {
        return URI.create("http://" + container.getHost() + ":" + container.getMappedPort(port) + path);
    }

    private static String image(String variable, String otherwise) {
        return Optional.ofNullable(System.getenv(variable)).orElse(otherwise);
    }

    /** Freshet's image lies in no registry yet; one that somebody names may. */
    private static void requireImage() {
        if (System.getenv("FRESHET_IMAGE") != null) {
            return;
        }
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(FRESHET).exec();
        } catch (NotFoundException e) {
            Assumptions.abort(
                    "Docker has no image " + FRESHET
                            + ". It is made by ./mvnw -Pimage -Dimage.goal=dockerBuild -DskipTests -pl deploy/standalone -am package");
        }
    }

    private GenericContainer<?> broker(int node, String cluster) {
        String voters = String.join(
                ",",
                NODES.stream().map(each -> each + "@kafka-" + each + ":9093").toList());
        Map<String, String> settings = new HashMap<>();
        settings.put("CLUSTER_ID", cluster);
        settings.put("KAFKA_NODE_ID", Integer.toString(node));
        settings.put("KAFKA_PROCESS_ROLES", "broker,controller");
        settings.put("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093");
        settings.put("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka-" + node + ":9092");
        settings.put("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("KAFKA_INTER_BROKER_LISTENER_NAME", "PLAINTEXT");
        settings.put("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER");
        settings.put("KAFKA_CONTROLLER_QUORUM_VOTERS", voters);
        settings.put("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
        settings.put("KAFKA_DEFAULT_REPLICATION_FACTOR", "3");
        settings.put("KAFKA_MIN_INSYNC_REPLICAS", "2");
        settings.put("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "3");
        settings.put("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "3");
        settings.put("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "2");
        settings.put("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
        settings.put("KAFKA_HEAP_OPTS", "-Xmx256m");
        return new GenericContainer<>(DockerImageName.parse(KAFKA))
                .withNetwork(network)
                .withNetworkAliases("kafka-" + node)
                .withEnv(settings)
                .waitingFor(Wait.forLogMessage(".*Transitioning from RECOVERY to RUNNING.*\\n", 1)
                        .withStartupTimeout(PATIENCE));
    }

    /** As deploy/compose and deploy/kubernetes run it: the root is read-only, and the user has no rights. */
    private GenericContainer<?> service(String name, String command, int port) {
        return new GenericContainer<>(DockerImageName.parse(FRESHET))
                .withNetwork(network)
                .withNetworkAliases(name)
                .withCommand(command, "--config", CONFIG)
                .withEnv("JDK_JAVA_OPTIONS", "-Xmx512m")
                .withExposedPorts(port)
                .withTmpFs(Map.of("/tmp", "exec,mode=1777,size=2g"))
                .withCreateContainerCmdModifier(container -> {
                    HostConfig host = Objects.requireNonNull(container.getHostConfig());
                    host.withReadonlyRootfs(true)
                            .withCapDrop(Capability.ALL)
                            .withSecurityOpts(List.of("no-new-privileges:true"))
                            .withBinds(
                                    new Bind(models, new Volume(MODELS)),
                                    // Nothing can be copied to a container whose root is read-only.
                                    new Bind(
                                            folder.resolve("freshet.yaml").toString(),
                                            new Volume(CONFIG),
                                            AccessMode.ro),
                                    new Bind(
                                            folder.resolve("labeled").toString(),
                                            new Volume("/var/lib/freshet/labeled"),
                                            AccessMode.ro));
                    container.withVolumes(
                            new Volume("/var/lib/freshet/ingest"),
                            new Volume("/var/lib/freshet/serving"),
                            new Volume("/var/lib/freshet/trainer"));
                })
                .waitingFor(Wait.forHttp("/health/ready").forPort(port).withStartupTimeout(PATIENCE));
    }

    private GenericContainer<?> prometheus() {
        String config;
        try {
            config = Files.readString(Path.of("..", "compose", "prometheus.yml"))
                    .replace("_interval: 15s", "_interval: 1s")
                    .replace("  - rules/*.yml\n", "  - /etc/prometheus/rules/*.yml\n");
        } catch (IOException e) {
            throw new IllegalStateException("deploy/compose/prometheus.yml is not there", e);
        }
        return new GenericContainer<>(DockerImageName.parse(PROMETHEUS))
                .withNetwork(network)
                .withExposedPorts(9090)
                .withCopyToContainer(Transferable.of(config, 0644), "/etc/prometheus/prometheus.yml")
                .withCopyFileToContainer(
                        MountableFile.forHostPath(Path.of("..", "prometheus", "rules"), 0755), "/etc/prometheus/rules")
                .waitingFor(Wait.forHttp("/-/ready").forPort(9090).withStartupTimeout(PATIENCE));
    }
}
