package io.freshet.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.protocol.ModelAnnouncement;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.bundle.FolderModelStore;
import io.freshet.protocol.bundle.ModelBundle;
import io.freshet.protocol.bundle.ModelStore;
import io.freshet.protocol.bundle.SigningKey;
import io.freshet.protocol.bundle.TrustedKeys;
import io.freshet.protocol.tracing.Tracing;
import io.freshet.serving.testing.FakeNetwork;
import io.freshet.serving.testing.TestKeys;
import io.freshet.serving.testing.TinyModels;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationTest {

    private static final ModelVersion VERSION = new ModelVersion("tiny", 1);

    @TempDir
    Path folder;

    private Preparation.Result prepare(Optional<SigningKey> key, TrustedKeys trusted) throws IOException {
        Path place = Files.createTempDirectory(folder, "bundle");
        ModelStore store = new FolderModelStore(place.resolve("store"));
        Path made = Files.createDirectories(place.resolve("made"));
        Files.writeString(made.resolve("weights"), "weights");
        ModelBundle bundle = ModelBundle.seal(made, TinyModels.descriptor(VERSION));
        if (key.isPresent()) {
            bundle.sign(key.get());
        }
        ModelAnnouncement announcement = TinyModels.publish(store, VERSION, bundle);
        try (ModelCache cache = ModelCache.open(place.resolve("cache"))) {
            NetworkLoader loader =
                    loaded -> new NetworkLoader.Result.Warmed(new FakeNetwork(10, TinyModels.SHAPE.size()));
            return new Preparation(store, trusted, cache, loader)
                    .prepare(
                            new Servable(announcement, Timer.start(new SimpleMeterRegistry()), Tracing.off()),
                            Optional.empty());
        }
    }

    private SigningKey signingKey() throws IOException {
        return SigningKey.read(TestKeys.writePrivate(folder.resolve("key.pem")));
    }

    private TrustedKeys trustedKeys() throws IOException {
        return TrustedKeys.read(List.of(TestKeys.writePublic(folder.resolve("key.pub"))));
    }

    @Test
    void aBundleThatATrustedKeySignedIsPrepared() throws Exception {
        assertThat(prepare(Optional.of(signingKey()), trustedKeys())).isInstanceOf(Preparation.Result.Ready.class);
    }

    @Test
    void whereKeysAreTrustedAnUnsignedBundleIsRefused() throws Exception {
        assertThat(prepare(Optional.empty(), trustedKeys()))
                .isInstanceOfSatisfying(
                        Preparation.Result.Refused.class,
                        refused -> assertThat(refused.reason()).contains("not signed"));
    }

    @Test
    void whileKeysChangeWhatEitherSignedIsPreparedAndWhatNeitherSignedIsNot() throws Exception {
        TestKeys.Pair old = TestKeys.make(folder, "old");
        TestKeys.Pair next = TestKeys.make(folder, "next");
        TestKeys.Pair strange = TestKeys.make(folder, "strange");
        TrustedKeys both = TrustedKeys.read(List.of(old.publicKey(), next.publicKey()));

        assertThat(signedBy(old, both)).isInstanceOf(Preparation.Result.Ready.class);
        assertThat(signedBy(next, both)).isInstanceOf(Preparation.Result.Ready.class);
        assertNotTrusted(signedBy(strange, both), strange);
        assertNotTrusted(signedBy(old, TrustedKeys.read(List.of(next.publicKey()))), old);
    }

    private Preparation.Result signedBy(TestKeys.Pair keys, TrustedKeys trusted) throws IOException {
        return prepare(Optional.of(SigningKey.read(keys.privateKey())), trusted);
    }

    private static void assertNotTrusted(Preparation.Result result, TestKeys.Pair keys) throws IOException {
        String id = SigningKey.read(keys.privateKey()).id().toString();
        assertThat(result)
                .isInstanceOfSatisfying(
                        Preparation.Result.Refused.class,
                        refused -> assertThat(refused.reason())
                                .contains("signed with key " + id, "not among the trusted keys"));
    }

    @Test
    void whereNoKeysAreTrustedNobodyAsksForASignature() throws Exception {
        assertThat(prepare(Optional.empty(), TrustedKeys.NONE)).isInstanceOf(Preparation.Result.Ready.class);
    }
}
