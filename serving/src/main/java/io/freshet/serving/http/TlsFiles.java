package io.freshet.serving.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificate and key, and what becomes of a server when they change. They are looked at now and then, since a Kubernetes
 * secret changes by a link far above the file. For one thread at a time.
 */
final class TlsFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final Path certificate;
    private final Path key;
    private byte[] seen;

    /** @throws IOException if the files cannot be read */
    TlsFiles(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.seen = content();
    }

    PemKeyCertOptions options() {
        return new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString());
    }

    /** Gives the servers new certificates as they come, while their Vert.x lives. */
    void watch(Vertx vertx, List<HttpServer> servers) {
        vertx.setPeriodic(
                PERIOD.toMillis(),
                timer -> vertx.executeBlocking(this::hasChanged)
                        .onSuccess(changed -> {
                            if (changed) {
                                servers.forEach(this::renew);
                            }
                        })
                        .onFailure(fault -> LOG.warn(
                                "Certificate or key cannot be read, the old ones stay: {}", fault.toString())));
    }

    private boolean hasChanged() throws IOException {
        byte[] now = content();
        boolean changed = !Arrays.equals(now, seen);
        seen = now;
        return changed;
    }

    private byte[] content() throws IOException {
        byte[] first = Files.readAllBytes(certificate);
        byte[] second = Files.readAllBytes(key);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private void renew(HttpServer server) {
        // By force: the options name the same files.
        server.updateSSLOptions(sslOptions(), true)
                .onSuccess(done -> LOG.info("New connections get the certificate of {}", certificate))
                .onFailure(
                        fault -> LOG.warn("The new certificate is not taken, the old one stays: {}", fault.toString()));
    }

    private ServerSSLOptions sslOptions() {
        return new ServerSSLOptions()
                .setKeyCertOptions(options())
                .setUseAlpn(true)
                .setApplicationLayerProtocols(List.of("h2", "http/1.1"));
    }
}
