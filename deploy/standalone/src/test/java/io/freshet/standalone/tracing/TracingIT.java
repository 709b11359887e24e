package io.freshet.standalone.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.freshet.protocol.Topics;
import io.freshet.serving.grpc.wire.InferTensorContents;
import io.freshet.serving.grpc.wire.ModelInferRequest;
import io.freshet.standalone.config.ConfigLoader;
import io.freshet.standalone.config.FreshetConfig;
import io.freshet.standalone.dataset.Dataset;
import io.freshet.standalone.dataset.Dataset.Example;
import io.freshet.standalone.dataset.Datasets;
import io.freshet.standalone.deployment.InProcess;
import io.freshet.standalone.deployment.Ports;
import io.freshet.standalone.tracing.Collector.Received;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.junit.jupiter.api.io.TempDir;

/** The whole loop, with a collector beside it: of the requests, those are kept whose clients want it. */
@SuppressWarnings("NullAway.Init") // JUnit calls start before the tests
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TracingIT {

    private static final String MODEL = "fashion";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int IMAGES = 40;

    private static final String CONFIG = """
            kafka: {partitions: 2, replicas: 1}
            tracing: {sampleRatio: 0}
            ingest:
              threads: 1
              internalReplicas: 1
              deduplication: {near: false}
              audit: {share: 0}
              budget: {perSecond: 1000, sourceShare: 1, classShare: 1}
            trainer:
              model: fashion
              triggers: {schedule: null, images: 40, minImages: 40}
              rounds:
                initial: {steps: 20, batchSize: 32}
                initialArchitecture: residual-8
                student: {steps: 20, batchSize: 32}
                candidates: [LABELS, STUDENT]
                gate: {level: 0.9999, minAuditImages: 10, anchorBound: 1, recallBound: 1}
            serving: {host: 127.0.0.1}
            """;

    @TempDir
    static Path folder;

    private static Collector collector;
    private static InProcess services;
    private static List<Example> scenes;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws Exception {
        Dataset dataset = Datasets.read(Datasets.SAMPLE, folder);
        dataset.write(dataset.examples().subList(0, 200), folder.resolve("labeled"));
        dataset.write(dataset.examples().subList(200, 300), folder.resolve("anchor"));
        scenes = dataset.examples().subList(300, dataset.examples().size());
        collector = Collector.start();
        services = new InProcess(config(), folder.resolve("kafka"));
        await().atMost(PATIENCE).until(() -> get("/health/ready") == 200);
    }

    @AfterAll
    static void stop() {
        if (services != null) {
            services.close();
        }
        collector.close();
        HTTP.close();
    }

    private static FreshetConfig config() throws IOException {
        List<Integer> ports = Ports.free(4);
        Path file = Files.writeString(folder.resolve("given.yaml"), CONFIG);
        Map<String, String> places = new HashMap<>();
        places.put("tracing.endpoint", collector.endpoint().toString());
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
        return new ConfigLoader().load(Optional.of(file), Map.of(), places);
    }

    @Test
    @Order(1)
    void aRoundsStepsAndTheSwapToWhatItMadeAreOneTrace() {
        eventually(
                () -> assertThat(collector.spans()).extracting(Received::name).contains("swap", "round"));
        Received round = named("round").getFirst();

        assertThat(round.service()).isEqualTo("freshet-trainer");
        assertThat(round.parent()).isEmpty();
        assertThat(round.links()).as("no image was there yet").isEmpty();
        assertThat(round.tags())
                .containsEntry("freshet.trigger", "initial")
                .containsEntry("freshet.outcome", "promoted");
        assertThat(collector.trace(round.trace()).stream()
                        .filter(span -> span.parent().equals(round.id()))
                        .map(Received::name))
                .containsExactlyInAnyOrder("collect", "label", "train", "judge", "publish");
        Received swap = collector.find(round.trace(), "swap").orElseThrow();
        assertThat(swap.service()).isEqualTo("freshet-serving");
        assertThat(swap.parent())
                .isEqualTo(
                        collector.find(round.trace(), "publish").orElseThrow().id());
        assertThat(swap.events()).containsExactly("fetched", "verified", "warmed", "serving");
        assertThat(swap.tags())
                .containsEntry("freshet.model", MODEL)
                .containsEntry("freshet.version", "1")
                .containsEntry("freshet.outcome", "served");
    }

    @Test
    @Order(2)
    void anImageIsFollowedFromItsRequestToTheRoundThatLearnsFromIt() throws Exception {
        String kept = "1".repeat(32);
        assertThat(predict(0, parent(kept, true))).isEqualTo(200);
        for (int i = 1; i <= IMAGES; i++) {
            assertThat(predict(i, i == 1 ? parent("2".repeat(32), false) : "")).isEqualTo(200);
        }

        eventually(() -> assertThat(collector.trace(kept))
                .extracting(Received::name)
                .containsExactlyInAnyOrder(
                        "predict",
                        "batch wait",
                        "batch run",
                        "send freshet.traffic",
                        "ingest decode",
                        "ingest choose"));
        Received predict = collector.find(kept, "predict").orElseThrow();
        assertThat(predict.parent()).isEqualTo("a".repeat(16));
        assertThat(predict.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(predict.tags())
                .containsEntry("freshet.request.id", "it-0")
                .containsEntry("freshet.model", MODEL)
                .containsEntry("freshet.version", "1")
                .containsEntry("freshet.images", "1")
                .containsEntry("http.response.status_code", "200");
        for (String part : List.of("batch wait", "batch run", "send freshet.traffic")) {
            assertThat(parentOf(kept, part)).as(part).isEqualTo(predict.id());
        }
        assertThat(tag(kept, "batch run", "freshet.batch.size")).isEqualTo("1");
        assertThat(tag(kept, "send freshet.traffic", "freshet.outcome")).isEqualTo("sent");
        assertThat(parentOf(kept, "ingest decode")).isEqualTo(idOf(kept, "send freshet.traffic"));
        assertThat(tag(kept, "ingest decode", "messaging.destination.name")).isEqualTo("freshet.traffic");
        assertThat(parentOf(kept, "ingest choose")).isEqualTo(idOf(kept, "ingest decode"));
        assertThat(tag(kept, "ingest choose", "freshet.outcome")).isEqualTo("kept");

        eventually(() -> assertThat(named("round")).hasSize(2));
        Received round = named("round").getLast();
        assertThat(round.links()).containsExactly(kept);
        assertThat(round.trace()).isNotEqualTo(kept);
        assertThat(round.tag("freshet.trigger")).isEqualTo("images");
        assertThat(collector.trace("2".repeat(32)))
                .as("whose client did not want it")
                .isEmpty();
    }

    @Test
    @Order(3)
    void ofAnImageThatIsDroppedOrRefusedTheTraceSaysSo() throws Exception {
        String again = "3".repeat(32);
        String broken = "4".repeat(32);
        assertThat(predict(0, parent(again, true))).isEqualTo(200);
        try (KafkaProducer<String, byte[]> camera = services.kafka().textKeyedProducer()) {
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(Topics.TRAFFIC.topicName(), "no image".getBytes(StandardCharsets.UTF_8));
            record.headers().add("ce_traceparent", parent(broken, true).getBytes(StandardCharsets.US_ASCII));
            camera.send(record).get();
        }

        eventually(() -> {
            assertThat(tag(again, "ingest choose", "freshet.outcome")).isEqualTo("duplicate");
            assertThat(tag(broken, "ingest decode", "freshet.outcome")).isEqualTo("refused");
        });
        assertThat(tag(broken, "ingest decode", "freshet.reason")).isEqualTo("unknown-format");
        assertThat(collector.trace(broken)).hasSize(1);
    }

    @Test
    @Order(4)
    void aRequestThatIsTurnedDownIsTracedToo() throws Exception {
        String trace = "5".repeat(32);
        HttpRequest.Builder request = request("/v1/models/nobody:predict", "it-none", parent(trace, true));
        assertThat(send(request.POST(BodyPublishers.ofByteArray(new byte[] {1}))))
                .isEqualTo(404);

        eventually(() ->
                assertThat(tag(trace, "predict", "http.response.status_code")).isEqualTo("404"));
    }

    @Test
    @Order(5)
    void aCallOverGrpcGoesOnWithTheTraceOfItsMetadata() throws Exception {
        String trace = "6".repeat(32);
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName(MODEL)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("images")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder()
                                .addBytesContents(ByteString.copyFrom(
                                        scenes.get(IMAGES + 1).image().toPng().bytes()))))
                .build();

        assertThat(call(request.toByteArray(), parent(trace, true))).isEqualTo("0");

        eventually(() -> {
            assertThat(tag(trace, "ingest choose", "freshet.outcome")).isEqualTo("kept");
            assertThat(tag(trace, "predict", "freshet.api")).isEqualTo("grpc");
        });
        assertThat(tag(trace, "predict", "freshet.version")).isEqualTo("1");
        assertThat(parentOf(trace, "predict")).isEqualTo("a".repeat(16));
    }

    /** Returns gRPC's status. */
    private static String call(byte[] message, String traceParent) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return vertx.createHttpClient(new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false))
                    .request(
                            HttpMethod.POST,
                            services.servingPort(),
                            "127.0.0.1",
                            "/inference.GRPCInferenceService/ModelInfer")
                    .compose(request -> request.putHeader("content-type", "application/grpc")
                            .putHeader("te", "trailers")
                            .putHeader("traceparent", traceParent)
                            .send(Buffer.buffer()
                                    .appendByte((byte) 0)
                                    .appendInt(message.length)
                                    .appendBytes(message)))
                    .compose(response -> response.body().map(body -> response.getTrailer("grpc-status")))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    private static String parent(String trace, boolean kept) {
        return "00-" + trace + "-" + "a".repeat(16) + (kept ? "-01" : "-00");
    }

    private static List<Received> named(String name) {
        return collector.spans().stream()
                .filter(span -> span.name().equals(name))
                .toList();
    }

    private static String tag(String trace, String name, String key) {
        return collector.find(trace, name).map(span -> span.tag(key)).orElse("");
    }

    private static String idOf(String trace, String name) {
        return collector.find(trace, name).orElseThrow().id();
    }

    private static String parentOf(String trace, String name) {
        return collector.find(trace, name).orElseThrow().parent();
    }

    private static int predict(int scene, String traceParent) throws Exception {
        byte[] image = scenes.get(scene).image().toPng().bytes();
        return send(request("/v1/models/" + MODEL + ":predict", "it-" + scene, traceParent)
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(image)));
    }

    private static HttpRequest.Builder request(String path, String id, String traceParent) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + services.servingPort() + path))
                .header("X-Request-Id", id);
        return traceParent.isEmpty() ? request : request.header("traceparent", traceParent);
    }

    private static int get(String path) throws Exception {
        return send(request(path, "ready", "").GET());
    }

    private static int send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }
}
