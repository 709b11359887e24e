package io.freshet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.Topics;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Datasets;
import io.freshet.standalone.deployment.Ports;
import io.freshet.standalone.deployment.SeparateProcesses;
import io.freshet.standalone.deployment.SeparateProcesses.Member;
import io.freshet.trainer.stream.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services in a process each, at work on images that change, and a real Prometheus that watches them: dashboards show
 * something, and alerts fire when something is wrong, and no longer when it is mended. One story, in its order.
 */
@EnabledIf(
        value = "hasPrometheus",
        disabledReason =
                "prometheus is not on the PATH, and dashboards and alerts are not tried; Debian's package prometheus"
                        + " has it")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // JUnit calls start before the tests
class MonitoringIT {

    private static final String MODEL = "fashion";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What services may be made to do at once, so that all that they can show is shown; and rounds that are short. */
    private static final String CONFIG = """
            kafka: {partitions: 2, replicas: 1}
            ingest:
              threads: 1
              internalReplicas: 1
              deduplication: {near: false}
              audit: {share: 0.4}
              budget: {perSecond: 1000, sourceShare: 1, classShare: 1}
              drift: {reference: 150, window: 50, models: 1}
            trainer:
              model: fashion
              triggers: {schedule: null, minImages: 100}
              rounds:
                initial: {steps: 40, batchSize: 32}
                initialArchitecture: residual-8
                student: {steps: 30, batchSize: 32}
                candidates: [LABELS, STUDENT]
                gate: {level: 0.9999, minAuditImages: 10, anchorBound: 1, recallBound: 1}
            serving:
              host: 127.0.0.1
              capture: {whenAway: SPOOL}
              stream: {requests: shop.images, responses: shop.classes, model: fashion}
              rollout:
                shadow: {share: 1, images: 20}
                canary: {share: 0.5, images: 20, time: 1s}
                criteria: {maxFailures: 1, maxSlowdown: 100, minAgreement: 0, maxUnsureGrowth: 1, maxTopClass: 1}
            """;

    @TempDir
    static Path folder;

    private static SeparateProcesses services;
    private static Camera camera;
    private static PrometheusProcess prometheus;

    static boolean hasPrometheus() {
        return Tool.find("prometheus").isPresent();
    }

    @BeforeAll
    static void start() throws Exception {
        Dataset dataset = Datasets.read(Datasets.SAMPLE, folder);
        dataset.write(dataset.examples().subList(0, 300), folder.resolve("labeled"));
        dataset.write(dataset.examples().subList(300, 500), folder.resolve("anchor"));
        List<Integer> ports = Ports.free(5);
        services = new SeparateProcesses(config(ports), folder.resolve("kafka"), folder);
        prometheus = new PrometheusProcess(
                Tool.find("prometheus").orElseThrow(),
                folder,
                ports.get(4),
                Map.of(
                        "freshet-serving", services.servingPort(),
                        "freshet-ingest", services.ingestPort(),
                        "freshet-trainer", services.trainerPort()));
        await().atMost(PATIENCE).until(prometheus::isReady);
        camera = new Camera(
                dataset,
                dataset.examples().subList(500, dataset.examples().size()),
                URI.create("http://127.0.0.1:" + services.servingPort()),
                MODEL);
        camera.start();
    }

    @AfterAll
    static void stop() {
        if (camera != null) {
            camera.close();
        }
        if (prometheus != null) {
            prometheus.close();
        }
        if (services != null) {
            services.close();
        }
    }

    private static FreshetConfig config(List<Integer> ports) throws IOException {
        Path file = folder.resolve("given.yaml");
        Files.writeString(file, CONFIG);
        Map<String, String> places = new HashMap<>();
        places.put("kafka.bootstrapServers", "127.0.0.1:" + ports.get(0));
        places.put("admin.host", "127.0.0.1");
        places.put("admin.ingestPort", ports.get(1).toString());
        places.put("admin.trainerPort", ports.get(2).toString());
        places.put("serving.port", ports.get(3).toString());
        places.put("store", folder.resolve("models").toString());
        places.put("trainer.labeled", folder.resolve("labeled").toString());
        places.put("trainer.anchor", folder.resolve("anchor").toString());
        places.put("trainer.work", folder.resolve("data/trainer").toString());
        places.put("ingest.stateDirectory", folder.resolve("data/ingest").toString());
        places.put("serving.cacheDirectory", folder.resolve("data/serving").toString());
        places.put(
                "serving.capture.spoolDirectory", folder.resolve("data/spool").toString());
        return new ConfigLoader().load(Optional.of(file), Map.of(), places);
    }

    @Test
    @Order(1)
    void changedTrafficRaisesTheDriftAlertAndTheRoundThatItAsksForEndsIt() {
        await().atMost(PATIENCE).until(() -> camera.answeredBy().equals(MODEL + "/1"));
        await().atMost(PATIENCE)
                .until(() -> !prometheus
                        .query("freshet_ingest_drift_windows_total{result=\"steady\"} > 0")
                        .isEmpty());
        eventually(() -> assertThat(prometheus.firingNames())
                .doesNotContain("FreshetTargetDown", "FreshetTargetMissing", "FreshetDrift"));

        camera.wear();

        eventually(() -> assertThat(prometheus.firingNames()).contains("FreshetDrift"));
        await().atMost(PATIENCE).until(() -> camera.answeredBy().equals(MODEL + "/2"));
        eventually(() -> assertThat(prometheus.firingNames()).doesNotContain("FreshetDrift"));
    }

    @Test
    @Order(2)
    void everyPanelShowsSomething() {
        for (Panel panel : Panel.all()) {
            for (String query : panel.queries()) {
                String asked = query.replace("$__rate_interval", PrometheusProcess.WINDOW)
                        .replace("$__range", "10m");
                eventually(() -> assertThat(prometheus.query(asked))
                        .as("%s: %s", panel, query)
                        .isNotEmpty());
            }
        }
    }

    @Test
    @Order(3)
    void theListOfMetricsIsThatOfTheServices() throws Exception {
        List<String> pages = new ArrayList<>();
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int port : List.of(services.ingestPort(), services.servingPort(), services.trainerPort())) {
                pages.add(http.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
            }
        }
        Inventory shown = Inventory.ofPages(pages);
        Inventory listed = Inventory.ofTables(Repository.text(Repository.METRICS));

        assertThat(listed.startingWith("freshet_").rows())
                .as(
                        "docs/metrics.md; its rows have to be%n%s",
                        String.join("\n", shown.startingWith("freshet_").rows()))
                .isEqualTo(shown.startingWith("freshet_").rows());
        assertThat(listed.metrics().keySet()).isSubsetOf(shown.metrics().keySet());
        listed.metrics()
                .forEach((name, metric) -> assertThat(metric.row())
                        .as("docs/metrics.md")
                        .isEqualTo(shown.find(name).row()));
    }

    @Test
    @Order(4)
    void aVersionThatIsNotAsAnnouncedRaisesAnAlertUntilAGoodOneIsAnnounced() throws Exception {
        ModelAnnouncement good = lastAnnouncement();

        announce(new ModelAnnouncement(
                new ModelVersion(MODEL, 99),
                good.location(),
                "0".repeat(64),
                Instant.now(),
                ModelAnnouncement.Reason.PROMOTED,
                Optional.empty()));

        eventually(() -> assertThat(prometheus.firing())
                .filteredOn(alert -> alert.at("/labels/alertname").asText().equals("FreshetVersionRefused"))
                .singleElement()
                .satisfies(MonitoringIT::isFilledIn));
        announce(good);
        eventually(() -> assertThat(prometheus.firingNames()).doesNotContain("FreshetVersionRefused"));
        assertThat(camera.answeredBy()).isEqualTo(MODEL + "/2");
    }

    @Test
    @Order(5)
    void trafficThatIsNoImageRaisesTheAlertOfDeadLettersUntilItEnds() throws Exception {
        try (KafkaProducer<String, byte[]> producer = services.kafka().textKeyedProducer()) {
            eventually(() -> {
                for (int i = 0; i < 50; i++) {
                    var unused = producer.send(new ProducerRecord<>(
                            Topics.TRAFFIC.topicName(), ("no image " + i).getBytes(StandardCharsets.UTF_8)));
                }
                producer.flush();
                assertThat(prometheus.firing())
                        .filteredOn(
                                alert -> alert.at("/labels/alertname").asText().equals("FreshetDeadLetters"))
                        .singleElement()
                        .satisfies(MonitoringIT::isFilledIn);
            });
        }
        eventually(() -> assertThat(prometheus.firingNames()).doesNotContain("FreshetDeadLetters"));
    }

    @Test
    @Order(6)
    void aServiceThatIsKilledRaisesAnAlertUntilItIsBack() throws Exception {
        services.kill(Member.INGEST);

        eventually(() -> assertThat(prometheus.firing())
                .filteredOn(alert -> alert.at("/labels/alertname").asText().equals("FreshetTargetDown"))
                .singleElement()
                .satisfies(alert -> {
                    assertThat(alert.at("/labels/job").asText()).isEqualTo("freshet-ingest");
                    isFilledIn(alert);
                }));
        services.start(Member.INGEST);
        eventually(() -> assertThat(prometheus.firingNames()).doesNotContain("FreshetTargetDown"));
    }

    /** Prometheus puts the fault of a template into the text that it could not fill in. */
    private static void isFilledIn(JsonNode alert) {
        assertThat(alert.get("annotations"))
                .allSatisfy(text ->
                        assertThat(text.asText()).isNotBlank().doesNotContain("{{", "<no value>", "error expanding"));
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(assertion);
    }

    private static ModelAnnouncement lastAnnouncement() throws InterruptedException {
        List<ModelAnnouncement> announcements = new ArrayList<>();
        try (TopicReader reader = new TopicReader(services.kafka(), "monitoring-it")) {
            reader.read(
                    reader.all(Topics.MODELS),
                    record -> announcements.add(Codecs.MODEL_ANNOUNCEMENT.decode(record.value())));
        }
        return announcements.getLast();
    }

    private static void announce(ModelAnnouncement announcement) throws Exception {
        try (KafkaProducer<String, byte[]> producer = services.kafka().textKeyedProducer()) {
            producer.send(new ProducerRecord<>(
                            Topics.MODELS.topicName(), MODEL, Codecs.MODEL_ANNOUNCEMENT.encode(announcement)))
                    .get();
        }
    }
}
