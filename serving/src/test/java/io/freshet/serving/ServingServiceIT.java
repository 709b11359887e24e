package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.image.PixelImage;
import io.freshet.serving.batch.BatchingConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.grpc.wire.ServerReadyRequest;
import io.freshet.serving.grpc.wire.ServerReadyResponse;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Client.Answer;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.GrpcClient;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ServingServiceIT {

    private static final byte[] PNG = PixelImage.ofGray(28, 28, TinyModels.pixels(1, TinyModels.SHAPE))
            .toPng()
            .bytes();
    private static final String PREDICT = "/v1/models/tiny:predict";
    private static final ModelVersion FIRST = new ModelVersion("tiny", 1);

    @TempDir
    Path folder;

    private Deployment deployment(ServingConfig config) throws Exception {
        return Deployment.start(folder, config);
    }

    private static Client client(Deployment deployment) {
        return new Client(deployment.service().port(), Version.HTTP_1_1);
    }

    @Test
    void beforeTheFirstVersionOfAConfiguredModelClientsAreAskedToComeAgain() throws Exception {
        try (Deployment deployment = deployment(Deployment.config(folder, List.of("tiny"), CaptureMode.OFF));
                Client client = client(deployment)) {
            Answer early = client.post(PREDICT, "image/png", PNG);
            assertThat(early.status()).isEqualTo(503);
            assertThat(early.header("Retry-After")).hasValue("1");
            assertThat(client.post("/v1/models/other:predict", "image/png", PNG).status())
                    .isEqualTo(404);
            assertThat(client.get("/health/live").status()).isEqualTo(200);
            assertThat(client.get("/health/ready").status()).isEqualTo(503);

            deployment.announce(FIRST);
            await().untilAsserted(() ->
                    assertThat(client.get("/health/ready").status()).isEqualTo(200));
            assertThat(client.post(PREDICT, "image/png", PNG).status()).isEqualTo(200);
        }
    }

    @Test
    void whatIsTakenIsNamedAtTheStart() throws Exception {
        ServingConfig config = Deployment.config(folder, List.of(), CaptureMode.OFF);
        try (Deployment deployment = deployment(config)) {
            int port = deployment.service().port();

            assertThatThrownBy(() -> startSecond(deployment, port, folder.resolve("other-cache")))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Port " + port + " on 127.0.0.1 is in use");
            assertThatThrownBy(() -> startSecond(deployment, 0, config.cacheDirectory()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(config.cacheDirectory().toString());
            // What a failed start had opened is closed again.
            startSecond(deployment, 0, folder.resolve("other-cache")).close();
        }
    }

    private static ServingService startSecond(Deployment deployment, int port, Path cache) throws Exception {
        ServingConfig like = Deployment.config(cache, List.of(), CaptureMode.OFF);
        ServingConfig config = new ServingConfig(
                like.host(),
                port,
                like.models(),
                like.trustedKeys(),
                like.golden(),
                cache,
                like.eventLoops(),
                like.requestThreads(),
                like.sessionThreads(),
                like.warmupShare(),
                like.drainTime(),
                like.closeTimeout(),
                like.tls(),
                like.adminToken(),
                like.batching(),
                like.rollout(),
                like.capture(),
                like.feedback(),
                like.stream(),
                like.limits());
        return ServingService.start(
                config, deployment.kafka(), deployment.store(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    @Test
    void aCloseAnswersTheRequestsUnderWay() throws Exception {
        BatchingConfig patient = new BatchingConfig(1, 32, Duration.ofMinutes(1), Duration.ofSeconds(2), 64);
        ServingConfig config = Deployment.config(
                folder, List.of(), Deployment.capture(CaptureMode.DURABLE, Duration.ofSeconds(5)), patient);
        try (Deployment deployment = deployment(config);
                Client client = client(deployment);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            deployment.announce(FIRST);
            await().until(deployment.service()::isReady);
            Future<Answer> underWay = threads.submit(() -> client.post(PREDICT, "image/png", PNG));
            await().until(() -> deployment.value("freshet.serving.queue") == 1);
            deployment.service().close();

            assertThat(underWay.get().status()).isEqualTo(200);
            assertThat(deployment.value("freshet.serving.capture", "outcome", "sent"))
                    .isEqualTo(1);
            assertThat(deployment.value("freshet.serving.open")).isZero();
        }
    }

    @Test
    void aCloseSendsClientsAwayWhileItStillAnswers() throws Exception {
        ServingConfig config = Deployment.withClose(
                Deployment.config(folder, List.of(), CaptureMode.OFF), Duration.ofSeconds(5), Duration.ofSeconds(10));
        try (Deployment deployment = deployment(config);
                Client client = client(deployment);
                GrpcClient grpc = new GrpcClient(deployment.service().port());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            deployment.announce(FIRST);
            await().until(deployment.service()::isReady);
            assertThat(client.post(PREDICT, "image/png", PNG).header("Connection"))
                    .isEmpty();
            assertThat(isReady(grpc)).isTrue();

            Future<?> closing = threads.submit(() -> deployment.service().close());

            await().untilAsserted(() ->
                    assertThat(client.get("/health/ready").status()).isEqualTo(503));
            assertThat(isReady(grpc)).isFalse();
            Answer answer = client.post(PREDICT, "image/png", PNG);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Connection")).hasValue("close");
            closing.get();
        }
    }

    private static boolean isReady(GrpcClient client) {
        return client.call("ServerReady", ServerReadyRequest.getDefaultInstance(), ServerReadyResponse.parser())
                .getReady();
    }

    @Test
    @Timeout(60)
    void aCloseWaitsForNoConnectionOnWhichNothingComes() throws Exception {
        ServingConfig config = Deployment.withClose(
                Deployment.config(folder, List.of(), CaptureMode.OFF), Duration.ZERO, Duration.ofHours(1));
        try (Deployment deployment = deployment(config);
                Socket kept = new Socket(
                        InetAddress.getLoopbackAddress(), deployment.service().port())) {
            kept.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream answers = kept.getInputStream();
            await().until(() -> answers.available() > 0);

            deployment.service().close();

            assertThat(new String(answers.readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void bodiesBeyondTheMemorySetAsideAreTurnedAwayUntilOthersAreDone() throws Exception {
        try (Deployment deployment = deployment(Deployment.config(folder, List.of(), CaptureMode.OFF));
                Client client = client(deployment)) {
            deployment.announce(FIRST);
            await().until(deployment.service()::isReady);
            long most = deployment.config().limits().maxBodyBytes();
            try (Socket one = beginBody(deployment, most);
                    Socket other = beginBody(deployment, most)) {
                assertThat(one.isConnected() && other.isConnected()).isTrue();
                await().untilAsserted(() -> {
                    Answer answer = client.post(PREDICT, "image/png", PNG);
                    assertThat(answer.status()).isEqualTo(429);
                    assertThat(answer.header("Retry-After")).hasValue("1");
                });
            }
            await().untilAsserted(() ->
                    assertThat(client.post(PREDICT, "image/png", PNG).status()).isEqualTo(200));
            assertThat(deployment
                            .registry()
                            .get("freshet.serving.requests")
                            .tag("outcome", "overloaded")
                            .timer()
                            .count())
                    .isPositive();
        }
    }

    /** A request whose body does not come. */
    private static Socket beginBody(Deployment deployment, long bytes) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), deployment.service().port());
        socket.getOutputStream()
                .write(("POST " + PREDICT + " HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: "
                                + bytes + "\r\n\r\nx")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void withoutKafkaRequestsAreStillAnsweredAndTheirImagesCounted() throws Exception {
        ServingConfig config = Deployment.config(
                folder,
                List.of(),
                Deployment.capture(CaptureMode.DURABLE, Duration.ofMillis(100)),
                BatchingConfig.defaults());
        try (Deployment deployment = deployment(config);
                Client client = client(deployment)) {
            deployment.announce(FIRST);
            await().until(deployment.service()::isReady);
            deployment.stopBroker();

            assertThat(client.post(PREDICT, "image/png", PNG).status()).isEqualTo(200);
            assertThat(deployment.value("freshet.serving.capture", "outcome", "late")
                            + deployment.value("freshet.serving.capture", "outcome", "failed"))
                    .isEqualTo(1);
        }
    }
}
