package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.freshet.protocol.ModelVersion;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.grpc.wire.RepositoryIndexRequest;
import io.freshet.serving.grpc.wire.RepositoryIndexResponse;
import io.freshet.serving.grpc.wire.RepositoryModelLoadRequest;
import io.freshet.serving.grpc.wire.RepositoryModelLoadResponse;
import io.freshet.serving.grpc.wire.RepositoryModelUnloadRequest;
import io.freshet.serving.grpc.wire.RepositoryModelUnloadResponse;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Client.Answer;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.GrpcClient;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryIT {

    private static final String INDEX = "/v2/repository/index";
    private static final String LOAD = "/v2/repository/models/tiny/load";
    private static final String UNLOAD = "/v2/repository/models/tiny/unload";

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Client client;
    private static GrpcClient stranger;
    private static GrpcClient admin;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(folder, Deployment.config(folder, List.of(), CaptureMode.OFF));
        int port = deployment.service().port();
        client = new Client(port, Version.HTTP_1_1);
        stranger = new GrpcClient(port);
        admin = stranger.withHeader("authorization", "Bearer " + Deployment.ADMIN_TOKEN);
        deployment.announce(new ModelVersion("tiny", 3));
        await().until(deployment.service()::isReady);
    }

    @AfterAll
    static void stop() {
        stranger.close();
        client.close();
        deployment.close();
    }

    private static Answer change(String path, String token) throws Exception {
        return client.post(path, "application/json", new byte[0], "Authorization", "Bearer " + token);
    }

    private static void assertRefused(GrpcClient from, String method, MessageLite request, Code code) {
        assertThatThrownBy(() -> from.call(method, request, RepositoryModelLoadResponse.parser()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(code));
    }

    private static RepositoryIndexResponse index(boolean ready) {
        return stranger.call(
                "RepositoryIndex",
                RepositoryIndexRequest.newBuilder().setReady(ready).build(),
                RepositoryIndexResponse.parser());
    }

    @Test
    void aModelGoesOutOfServiceAndComesBackOverHttp() throws Exception {
        assertThat(client.postJson(INDEX, "{'ready': true}")
                        .json()
                        .get(0)
                        .get("state")
                        .asText())
                .isEqualTo("READY");

        assertThat(change(UNLOAD, Deployment.ADMIN_TOKEN).status()).isEqualTo(200);
        assertThat(client.get("/v2/models/tiny/ready").status()).isEqualTo(503);
        assertThat(client.postJson(INDEX, "{'ready': true}").json()).isEmpty();

        assertThat(change(LOAD, Deployment.ADMIN_TOKEN).status()).isEqualTo(200);
        assertThat(client.get("/v2/models/tiny/ready").status()).isEqualTo(200);
    }

    @Test
    void aModelGoesOutOfServiceAndComesBackOverGrpc() {
        assertThat(index(true).getModels(0).getName()).isEqualTo("tiny");
        assertThat(index(true).getModels(0).getVersion()).isEqualTo("3");

        admin.call(
                "RepositoryModelUnload",
                RepositoryModelUnloadRequest.newBuilder().setModelName("tiny").build(),
                RepositoryModelUnloadResponse.parser());
        assertThat(index(true).getModelsList()).isEmpty();

        admin.call(
                "RepositoryModelLoad",
                RepositoryModelLoadRequest.newBuilder().setModelName("tiny").build(),
                RepositoryModelLoadResponse.parser());
        assertThat(index(true).getModelsList()).hasSize(1);
    }

    @Test
    void whoDoesNotBringTheTokenChangesNothing() throws Exception {
        Answer without = client.postJson(UNLOAD, "{}");
        assertThat(without.status()).isEqualTo(401);
        assertThat(without.json().get("error").asText()).contains("Authorization: Bearer");
        assertThat(change(UNLOAD, "wrong").status()).isEqualTo(401);
        RepositoryModelUnloadRequest unload =
                RepositoryModelUnloadRequest.newBuilder().setModelName("tiny").build();
        assertRefused(stranger, "RepositoryModelUnload", unload, Code.UNAUTHENTICATED);
        assertRefused(
                stranger.withHeader("authorization", "Bearer wrong"),
                "RepositoryModelUnload",
                unload,
                Code.UNAUTHENTICATED);

        assertThat(client.get("/v2/models/tiny/ready").status()).isEqualTo(200);
    }

    @Test
    void aModelOfWhichNothingWasAnnouncedIsNotFound() throws Exception {
        Answer answer = change("/v2/repository/models/other/load", Deployment.ADMIN_TOKEN);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("error").asText()).contains("'other'");
        assertRefused(
                admin,
                "RepositoryModelLoad",
                RepositoryModelLoadRequest.newBuilder().setModelName("other").build(),
                Code.NOT_FOUND);
    }

    @Test
    void anIndexRequestThatIsNoneIsToldWhy() throws Exception {
        assertThat(client.postJson(INDEX, "{'ready': 7}").status()).isEqualTo(400);
        assertThat(client.post(INDEX, "application/json", new byte[0]).json()).isNotEmpty();
    }
}
