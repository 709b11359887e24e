package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.http.TlsConfig;
import io.freshet.serving.testing.Deployment;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIT {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    /** A key and its own certificate, for the loopback interface. */
    private KeyStore keys(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-alias",
                        "key",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private void write(KeyStore keys) throws Exception {
        write("cert.pem", "CERTIFICATE", keys.getCertificate("key").getEncoded());
        write("key.pem", "PRIVATE KEY", keys.getKey("key", PASSWORD).getEncoded());
    }

    private void write(String name, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(
                folder.resolve(name), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private static SSLContext trusting(KeyStore... all) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (KeyStore keys : all) {
            trusted.setCertificateEntry("trusted-" + trusted.size(), keys.getCertificate("key"));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
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

    private static BigInteger serial(KeyStore keys) throws Exception {
        return ((X509Certificate) keys.getCertificate("key")).getSerialNumber();
    }

    @Test
    void bothVersionsOfHttpAreSpokenOverTlsAndANewCertificateIsTaken() throws Exception {
        KeyStore first = keys("first");
        KeyStore second = keys("second");
        SSLContext trust = trusting(first, second);
        write(first);
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

            write(second);
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            serial(get(port, trust, HttpClient.Version.HTTP_2)).equals(serial(second)));
        }
    }
}
