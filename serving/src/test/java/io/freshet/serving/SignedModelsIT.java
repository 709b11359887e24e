package io.freshet.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.SigningKey;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.serving.testing.Client;
import io.freshet.serving.testing.Deployment;
import io.freshet.serving.testing.TestKeys;
import io.freshet.serving.testing.TinyModels;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica loads while its trusted keys change, and what it does not. */
class SignedModelsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Deployment start(List<Path> trusted) throws Exception {
        return Deployment.start(
                folder,
                Deployment.withTrustedKeys(Deployment.config(folder, List.of("tiny"), CaptureMode.OFF), trusted));
    }

    @Test
    void keysChangeWithoutAPauseAndWhatNoTrustedKeySignedIsNotServed() throws Exception {
        TestKeys.Pair old = TestKeys.make(folder, "old");
        TestKeys.Pair next = TestKeys.make(folder, "next");
        TestKeys.Pair strange = TestKeys.make(folder, "strange");

        // First, both are trusted, and the trainer goes from the one to the other.
        try (Deployment deployment = start(List.of(old.publicKey(), next.publicKey()))) {
            announce(deployment, 1, old);
            awaitServing(deployment, 1);
            announce(deployment, 2, next);
            awaitServing(deployment, 2);

            ModelBundle unsigned = write(3);
            announce(deployment, 3, unsigned);
            awaitRefusals(deployment, 1);
            announce(deployment, 4, strange);
            awaitRefusals(deployment, 2);
            announce(deployment, 5, altered(5, old));
            awaitRefusals(deployment, 3);
            assertServes(deployment, 2);
        }

        // Then the old one is taken away: what it signed does not come back, not even out of the cache.
        try (Deployment deployment = start(List.of(next.publicKey()))) {
            awaitServing(deployment, 2);
            announce(deployment, 6, old);
            awaitRefusals(deployment, 1);
            assertServes(deployment, 2);
        }

        // Rather than what nobody trusted has signed, nothing is served.
        try (Deployment deployment =
                        start(List.of(TestKeys.make(folder, "third").publicKey()));
                Client client = new Client(deployment.service().port(), Version.HTTP_1_1)) {
            awaitRefusals(deployment, 1);
            assertThat(client.get("/health/ready").status()).isEqualTo(503);
        }
    }

    private ModelBundle write(long version) throws IOException {
        return TinyModels.write(folder.resolve("made-" + version), new ModelVersion("tiny", version));
    }

    private void announce(Deployment deployment, long version, TestKeys.Pair key) throws Exception {
        ModelBundle bundle = write(version);
        bundle.sign(SigningKey.read(key.privateKey()));
        announce(deployment, version, bundle);
    }

    private static void announce(Deployment deployment, long version, ModelBundle bundle) throws Exception {
        deployment.announce(TinyModels.publish(deployment.store(), new ModelVersion("tiny", version), bundle));
    }

    /** By one who can write to the store and announce, and so makes sums that are right, but has not the key. */
    private ModelBundle altered(long version, TestKeys.Pair key) throws IOException {
        ModelBundle bundle = write(version);
        bundle.sign(SigningKey.read(key.privateKey()));
        Path signature = bundle.folder().resolve("MANIFEST.sha256.sig");
        String signed = Files.readString(signature);
        Files.writeString(bundle.folder().resolve("more"), "what was not there when it was signed");
        ModelBundle sealed = ModelBundle.seal(bundle.folder(), bundle.descriptor());
        Files.writeString(signature, signed);
        return sealed;
    }

    private static void awaitRefusals(Deployment deployment, int number) {
        await().atMost(PATIENCE)
                .until(() ->
                        deployment
                                        .registry()
                                        .find("freshet.serving.swaps")
                                        .tag("outcome", "refused")
                                        .counters()
                                        .stream()
                                        .mapToDouble(counter -> counter.count())
                                        .sum()
                                >= number);
    }

    private static void awaitServing(Deployment deployment, long version) throws Exception {
        try (Client client = new Client(deployment.service().port(), Version.HTTP_1_1)) {
            await().atMost(PATIENCE)
                    .until(() -> client.get("/v2/models/tiny/versions/" + version + "/ready")
                                    .status()
                            == 200);
        }
    }

    private static void assertServes(Deployment deployment, long version) throws Exception {
        try (Client client = new Client(deployment.service().port(), Version.HTTP_1_1)) {
            assertThat(client.get("/health/ready").status()).isEqualTo(200);
            assertThat(client.get("/v2/models/tiny/versions/" + version + "/ready")
                            .status())
                    .isEqualTo(200);
        }
    }
}
