package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.Identity;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.http.TlsConfig;
import io.freshet.serving.testing.Deployment;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {

    @TempDir
    Path folder;

    private Identity identity(String name) throws Exception {
        return Identity.make(folder, name, "changeit");
    }

    private void use(Identity identity) throws IOException {
        Files.copy(identity.certificate(), folder.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(identity.key(), folder.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static HttpResponse<String> get(int port, SSLContext tls, HttpClient.Version version) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls).version(version).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v2/health/live"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static BigInteger serial(HttpResponse<?> response) throws Exception {
        X509Certificate certificate =
                (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
        return certificate.getSerialNumber();
    }

    private static BigInteger serial(Identity identity) throws Exception {
        return ((X509Certificate) identity.open().getCertificate("key")).getSerialNumber();
    }

    @Test
    void bothVersionsOfHttpAreSpokenOverTlsAndANewCertificateIsTaken() throws Exception {
        Identity first = identity("first");
        Identity second = identity("second");
        SSLContext trust = Identity.trusting(List.of(first, second));
        use(first);
        TlsConfig tls = new TlsConfig(Optional.of(folder.resolve("cert.pem")), Optional.of(folder.resolve("key.pem")));
        ServingConfig config = Deployment.withTls(Deployment.config(folder, List.of(), CaptureMode.OFF), tls);
        try (Deployment deployment = Deployment.start(folder, config)) {
            int port = deployment.service().port();
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpResponse<String> response = get(port, trust, version);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.version()).isEqualTo(version);
                assertThat(serial(response)).isEqualTo(serial(first));
            }

            use(second);
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            serial(get(port, trust, HttpClient.Version.HTTP_2)).equals(serial(second)));
        }
    }
}
