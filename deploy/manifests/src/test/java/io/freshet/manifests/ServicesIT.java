package io.freshet.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.kafka.Overheard;
import io.freshet.manifests.RecordingAuthorizer.Question;
import io.freshet.protocol.Codecs;
import io.freshet.protocol.ImageId;
import io.freshet.protocol.Label;
import io.freshet.protocol.Topics;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.kafka.KafkaConnection;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.service.FreshetService;
import io.freshet.standalone.service.Services;
import io.freshet.trainer.stream.TopicReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services with the configuration, the Kafka users and the probes of the manifests, over TLS and SCRAM at a broker that
 * refuses what no ACL allows: from labeled images to a model, to a prediction, to an unlabeled image and a label. {@link
 * KafkaDoorsIT} has what is refused.
 */
final class ServicesIT {

    private static final Overlay OVERLAY = Overlay.DEV;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ADMIN_TOKEN = "hush-admin-token-hush";
    private static final List<String> SECRETS = List.of("hush-");

    /** So many lines are logged at the least, at DEBUG. */
    private static final long MUCH = 10_000;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void servicesGetAlongWithTheAccessThatTheyHaveAndNeedAllOfIt() throws Exception {
        List<Manifest> users = OVERLAY.manifests("KafkaUser");
        writeImages("labeled", 0);
        writeImages("anchor", 20);
        try (ManifestBroker broker = ManifestBroker.start(
                folder.resolve("kafka"),
                OVERLAY,
                Map.of("authorizer.class.name", RecordingAuthorizer.class.getName()))) {
            try (Overheard log = Overheard.listenFor(SECRETS, Level.WARN)) {
                playTheLoop(broker);
                assertThat(log.leaks()).as("secrets in the log").isEmpty();
                assertThat(log.lines()).isGreaterThan(MUCH);
            }
        }

        assertThat(RecordingAuthorizer.asked())
                .filteredOn(question -> !question.allowed())
                .as("what a service wanted and may not")
                .isEmpty();
        assertThat(neverUsed(users))
                .isSubsetOf(
                        // Nothing drifts in so few images, and no version is withdrawn.
                        "freshet-ingest Write freshet.rounds",
                        "freshet-serving Write freshet.models",
                        // The first round learns from the labeled images alone.
                        "freshet-trainer Read freshet.models",
                        "freshet-trainer Read freshet.unlabeled",
                        // Nobody has had anything erased.
                        "freshet-trainer Read freshet.erasure",
                        // Nor is labelling shared, unless that is asked for.
                        "freshet-trainer Write freshet.labelling.tasks",
                        "freshet-trainer Describe freshet.labelling.tasks",
                        "freshet-trainer Read freshet.labelling.labels",
                        "freshet-trainer Describe freshet.labelling.labels");
    }

    private void playTheLoop(ManifestBroker broker) throws Exception {
        try (FreshetService ingest = Services.ingest(config("ingest"), connection(broker, "ingest"));
                FreshetService serving = Services.serving(config("serving"), connection(broker, "serving"), store())) {
            awaitProbe("ingest", "readinessProbe", ingest, 200);
            awaitProbe("serving", "livenessProbe", serving, 200);
            awaitProbe("serving", "readinessProbe", serving, 503); // there is no model yet
            KafkaConnection console = connection(broker, "console");
            sendTraffic(console);
            try (FreshetService trainer = Services.trainer(config("trainer"), connection(broker, "trainer"), store())) {
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    awaitProbe("trainer", probe, trainer, 200);
                }
                awaitProbe("serving", "readinessProbe", serving, 200);
                assertThat(get(trainer, "/metrics").body())
                        .contains("# TYPE freshet_trainer")
                        .doesNotContain(SECRETS);
            }
            predictAndLabel(serving);
            for (var service : Map.of("ingest", ingest, "serving", serving).entrySet()) {
                assertThat(get(service.getValue(), "/metrics").body())
                        .contains("# TYPE freshet_" + service.getKey())
                        .doesNotContain(SECRETS);
            }
        }
    }

    /** So that there is something in each topic that the trainer reads. */
    private static void sendTraffic(KafkaConnection console) throws Exception {
        byte[] image = image(3, 50);
        send(console, Topics.TRAFFIC, "", image);
        send(console, Topics.TRAFFIC, "", new byte[] {1, 2, 3}); // no image
        awaitRecord(console, Topics.TRAFFIC_DLQ);
        awaitRecord(console, Topics.UNLABELED);
        awaitRecord(console, Topics.LABEL_REQUESTS);
        Label label = new Label(new ImageId("0".repeat(64)), "dark", "test", Instant.EPOCH);
        send(console, Topics.LABELS, label.id().hex(), Codecs.LABEL.encode(label));
    }

    private void predictAndLabel(FreshetService serving) throws Exception {
        URI root = URI.create("http://127.0.0.1:" + serving.port());
        for (String token : List.of(ADMIN_TOKEN, "hush-guessed")) {
            HttpRequest load = HttpRequest.newBuilder(root.resolve("/v2/repository/models/default/load"))
                    .header("Authorization", "Bearer " + token)
                    .POST(BodyPublishers.noBody())
                    .build();
            HttpResponse<String> answer = http.send(load, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(token.equals(ADMIN_TOKEN) ? 200 : 401);
            assertThat(answer.body()).doesNotContain(SECRETS);
        }
        HttpRequest image = HttpRequest.newBuilder(root.resolve("/v1/models/default:predict"))
                .header("Content-Type", "image/png")
                .header("X-Request-Id", "first")
                .POST(BodyPublishers.ofByteArray(image(3, 77)))
                .build();
        assertThat(http.send(image, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        HttpRequest label = HttpRequest.newBuilder(root.resolve("/v1/feedback/first"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"label\": \"dark\"}"))
                .build();
        await().atMost(PATIENCE)
                .until(() -> http.send(label, BodyHandlers.ofString()).statusCode() < 300);
    }

    /** As the manifest has it, but for places on this machine, and with training that is over soon. */
    private FreshetConfig config(String service) {
        Map<String, String> here = new HashMap<>();
        here.put("store", folder.resolve("models").toString());
        here.put("admin.host", "127.0.0.1");
        here.put("admin.ingestPort", "0");
        here.put("admin.trainerPort", "0");
        here.put("ingest.stateDirectory", folder.resolve("ingest").toString());
        here.put("ingest.audit.share", "1");
        here.put("trainer.labeled", folder.resolve("labeled").toString());
        here.put("trainer.anchor", folder.resolve("anchor").toString());
        here.put("trainer.work", folder.resolve("trainer").toString());
        here.put("trainer.rounds.initial.steps", "2");
        here.put("trainer.rounds.initial.batchSize", "8");
        here.put("serving.host", "127.0.0.1");
        here.put("serving.warmupShare", "1");
        here.put("serving.batching.maxBatch", "2");
        here.put("serving.port", "0");
        here.put("serving.adminToken", ADMIN_TOKEN);
        here.put("serving.cacheDirectory", folder.resolve("serving").toString());
        here.put("serving.capture.spoolDirectory", folder.resolve("capture").toString());
        return Configurations.of(OVERLAY, OVERLAY.workload(service), here);
    }

    private FolderModelStore store() {
        return new FolderModelStore(folder.resolve("models"));
    }

    /** By what the manifest says, but for where the broker's certificate lies and what the Secrets hold. */
    private static KafkaConnection connection(ManifestBroker broker, String workload) {
        Map<String, String> properties = new HashMap<>(
                Configurations.of(OVERLAY, OVERLAY.workload(workload)).kafka().properties());
        Map<String, String> login = broker.login("freshet-" + workload);
        for (String key : List.of("ssl.truststore.location", "sasl.jaas.config")) {
            properties.put(key, Objects.requireNonNull(login.get(key)));
        }
        return new KafkaConnection(broker.bootstrapServers(), properties);
    }

    /** What the three services may do with their topics, and did not. */
    private static List<String> neverUsed(List<Manifest> users) {
        Set<String> used = RecordingAuthorizer.asked().stream()
                .filter(question -> question.type() == ResourceType.TOPIC)
                .map(ServicesIT::words)
                .collect(Collectors.toSet());
        return users.stream()
                .filter(user -> OVERLAY.workloads().stream()
                        .filter(Workload::runsService)
                        .anyMatch(workload -> user.name()
                                .equals("freshet-" + workload.manifest().name())))
                .flatMap(user -> Access.of(user).stream()
                        .filter(access -> access.type().equals("topic")
                                && access.pattern().equals("literal"))
                        .flatMap(access -> access.operations().stream()
                                .map(operation -> user.name() + " " + operation + " " + access.name())))
                .filter(right -> !used.contains(right))
                .toList();
    }

    private static String words(Question question) {
        return question.user() + " " + question.operation() + " " + question.resource();
    }

    private void awaitProbe(String workload, String probe, FreshetService service, int status) {
        JsonNode path = OVERLAY.workload(workload).container().at("/" + probe + "/httpGet/path");
        await(probe + " of " + workload)
                .atMost(PATIENCE)
                .until(() -> get(service, path.asText()).statusCode() == status);
    }

    private HttpResponse<String> get(FreshetService service, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static void send(KafkaConnection kafka, Topics topic, String key, byte[] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = kafka.textKeyedProducer()) {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value)).get();
        }
    }

    private static void awaitRecord(KafkaConnection kafka, Topics topic) {
        try (TopicReader reader = new TopicReader(kafka, "test")) {
            await("a record in " + topic)
                    .atMost(PATIENCE)
                    .until(() -> reader.all(topic).stream().anyMatch(range -> range.to() > range.from()));
        }
    }

    private void writeImages(String set, int seed) throws IOException {
        for (String name : List.of("dark", "light")) {
            Path images = Files.createDirectories(folder.resolve(set).resolve(name));
            for (int i = 0; i < 12; i++) {
                Files.write(images.resolve(i + ".png"), image(name.equals("dark") ? 10 : 180, seed + i));
            }
        }
    }

    /** A PNG, of a pattern that the seed makes, no darker than the base. */
    private static byte[] image(int base, int seed) throws IOException {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 16; x++) {
            for (int y = 0; y < 16; y++) {
                int gray = base + (x * (seed + 3) + y * (2 * seed + 5)) % 64;
                image.setRGB(x, y, gray << 16 | gray << 8 | gray);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
