package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.Identity;
import io.freshet.protocol.ModelVersion;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.grpc.wire.RepositoryModelLoadRequest;
import io.freshet.serving.grpc.wire.RepositoryModelLoadResponse;
import io.freshet.serving.grpc.wire.RepositoryModelUnloadRequest;
import io.freshet.serving.grpc.wire.RepositoryModelUnloadResponse;
import io.freshet.serving.http.TlsConfig;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.GrpcClient;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may have models loaded and unloaded: over TLS, with the token in its header, and nobody where there is no token. */
class AdminDoorsIT {

    private static final String UNLOAD = "/v2/repository/models/tiny/unload";
    private static final Set<String> METHODS = Set.of("load", "unload");

    @TempDir
    Path folder;

    private ServingConfig config() {
        return Deployment.config(folder, List.of(), CaptureMode.OFF);
    }

    @Test
    void overTlsTheTokenInItsHeaderOpensAndNothingElseDoes() throws Exception {
        Identity server = Identity.make(folder, "server", "changeit");
        TlsConfig tls = new TlsConfig(Optional.of(server.certificate()), Optional.of(server.key()));
        try (Deployment deployment = Deployment.start(folder, Deployment.withTls(config(), tls));
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(Identity.trusting(List.of(server)))
                        .build()) {
            deployment.announce(new ModelVersion("tiny", 1));
            await().until(deployment.service()::isReady);
            String root = "https://127.0.0.1:" + deployment.service().port();

            for (String method : METHODS) {
                String call = root + "/v2/repository/models/tiny/" + method;
                assertRefused(post(client, call));
                assertRefused(post(client, call, "Authorization", "Bearer wrong"));
                assertRefused(post(client, call, "Authorization", "Basic " + Deployment.ADMIN_TOKEN));
                assertRefused(post(client, call, "X-Admin-Token", Deployment.ADMIN_TOKEN));
                // What stands in a URL stands in the logs of proxies.
                assertRefused(post(client, call + "?token=" + Deployment.ADMIN_TOKEN));
                assertRefused(post(client, call + "?access_token=" + Deployment.ADMIN_TOKEN));
            }
            assertThat(post(client, root + UNLOAD, "Authorization", "Bearer " + Deployment.ADMIN_TOKEN)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(deployment.service().isReady()).isFalse();

            try (GrpcClient stranger = GrpcClient.overTls(deployment.service().port(), server.certificate())) {
                assertRefused(stranger, Code.UNAUTHENTICATED);
                assertRefused(stranger.withHeader("authorization", "Bearer wrong"), Code.UNAUTHENTICATED);
                assertRefused(stranger.withHeader("token", Deployment.ADMIN_TOKEN), Code.UNAUTHENTICATED);
                load(stranger.withHeader("authorization", "Bearer " + Deployment.ADMIN_TOKEN));
            }
            assertThat(deployment.service().isReady()).isTrue();

            assertClearTextIsNotSpoken(deployment.service().port());
        }
    }

    private static void assertClearTextIsNotSpoken(int port) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> post(
                            client,
                            "http://127.0.0.1:" + port + UNLOAD,
                            "Authorization",
                            "Bearer " + Deployment.ADMIN_TOKEN))
                    .isInstanceOf(IOException.class);
        }
        try (GrpcClient client = new GrpcClient(port)) {
            assertRefused(client.withHeader("authorization", "Bearer " + Deployment.ADMIN_TOKEN), Code.UNAVAILABLE);
        }
    }

    @Test
    void whereNoTokenIsSetNobodyMay() throws Exception {
        try (Deployment deployment = Deployment.start(folder, Deployment.withoutAdminToken(config()));
                HttpClient client = HttpClient.newHttpClient();
                GrpcClient stranger = new GrpcClient(deployment.service().port())) {
            String root = "http://127.0.0.1:" + deployment.service().port();
            for (String token : List.of("", "null", Deployment.ADMIN_TOKEN)) {
                HttpResponse<String> answer = post(client, root + UNLOAD, "Authorization", "Bearer " + token);
                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(answer.body()).contains("serving.adminToken");
                assertRefused(stranger.withHeader("authorization", "Bearer " + token), Code.PERMISSION_DENIED);
            }
        }
    }

    private static HttpResponse<String> post(HttpClient client, String address, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address)).POST(HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain(Deployment.ADMIN_TOKEN);
    }

    private static void assertRefused(GrpcClient client, Code code) {
        assertThatThrownBy(() -> load(client)).satisfies(refused -> assertIs(code, refused));
        assertThatThrownBy(() -> client.call(
                        "RepositoryModelUnload",
                        RepositoryModelUnloadRequest.newBuilder()
                                .setModelName("tiny")
                                .build(),
                        RepositoryModelUnloadResponse.parser()))
                .satisfies(refused -> assertIs(code, refused));
    }

    private static void assertIs(Code code, Throwable refused) {
        assertThat(refused)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        status -> assertThat(status.getStatus().getCode()).isEqualTo(code))
                .hasMessageNotContaining(Deployment.ADMIN_TOKEN);
    }

    private static void load(GrpcClient client) {
        client.call(
                "RepositoryModelLoad",
                RepositoryModelLoadRequest.newBuilder().setModelName("tiny").build(),
                RepositoryModelLoadResponse.parser());
    }
}
