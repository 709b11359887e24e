package io.freshet.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleSignatureTest {

    /** The example of RFC 8410, in section 10.3. */
    private static final String PRIVATE = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

    private static final String PUBLIC = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

    /** Of that key by {@code sha256sum}. */
    private static final String ID = "a1e9156054e04fac";

    /** By {@code openssl pkeyutl -sign -rawin} with that key, over the word {@code manifest}. */
    private static final String SIGNATURE =
            "CqHb2pR+0kgnqWaT7fDDqHxDpdDYhxa5z2/hRuhHGndU2dSZ89CU7kIyh6uUGCjTwAoxbiVdAMxWeawoUsGLDw==";

    @TempDir
    Path folder;

    private Path bundle;
    private SigningKey key;
    private TrustedKeys trusted;

    @BeforeEach
    void makeBundle() throws IOException {
        bundle = Files.createDirectories(folder.resolve("bundle"));
        Files.writeString(bundle.resolve("saved_model.pb"), "graph");
        key = SigningKey.read(pem("key.pem", "PRIVATE KEY", PRIVATE));
        trusted = TrustedKeys.read(List.of(pem("key.pub", "PUBLIC KEY", PUBLIC)));
    }

    private Path pem(String name, String type, String base64) throws IOException {
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }

    private Path pem(String name, String type, Key anyKey) throws IOException {
        return pem(name, type, Base64.getMimeEncoder().encodeToString(anyKey.getEncoded()));
    }

    private static KeyPair newKeys(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    }

    private ModelBundle seal() throws IOException {
        return ModelBundle.seal(bundle, ModelBundleTest.descriptor());
    }

    private ModelBundle sealAndSign() throws IOException {
        ModelBundle sealed = seal();
        sealed.sign(key);
        return sealed;
    }

    @Test
    void aKeyHasTheNameAndMakesTheSignatureThatOpensslSays() {
        assertThat(key.id()).hasToString(ID);
        assertThat(key.sign("manifest".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Base64.getDecoder().decode(SIGNATURE));
    }

    @Test
    void aSignedBundleIsWholeAndSaysWhoSignedIt() throws Exception {
        ModelBundle sealed = sealAndSign();

        assertThat(ModelBundle.open(bundle)).isEqualTo(new BundleResult.Verified(sealed));
        assertThat(trusted.verify(sealed)).isEqualTo(new SignatureResult.SignedBy(new KeyId(ID)));
    }

    @Test
    void ofSeveralTrustedKeysAnyWillDo() throws Exception {
        TrustedKeys both = TrustedKeys.read(
                List.of(pem("new.pub", "PUBLIC KEY", newKeys("Ed25519").getPublic()), folder.resolve("key.pub")));

        assertThat(both.verify(sealAndSign())).isEqualTo(new SignatureResult.SignedBy(key.id()));
    }

    @Test
    void aBundleWithoutASignatureIsUnsignedAndSoIsOneThatIsSealedAgain() throws Exception {
        assertThat(trusted.verify(seal())).isEqualTo(new SignatureResult.Unsigned());
        sealAndSign();
        assertThat(trusted.verify(seal())).isEqualTo(new SignatureResult.Unsigned());
    }

    @Test
    void aSignatureWithAKeyThatIsNotTrustedNamesTheKey() throws Exception {
        TrustedKeys others = TrustedKeys.read(
                List.of(pem("new.pub", "PUBLIC KEY", newKeys("Ed25519").getPublic())));

        assertThat(others.verify(sealAndSign())).isEqualTo(new SignatureResult.UnknownKey(key.id()));
        assertThat(TrustedKeys.NONE.verify(sealAndSign())).isEqualTo(new SignatureResult.UnknownKey(key.id()));
    }

    @Test
    void aSignatureThatIsNotOfThisManifestIsWrong() throws Exception {
        sealAndSign();
        Path signature = bundle.resolve("MANIFEST.sha256.sig");
        String ofAnother = Files.readString(signature);
        Files.writeString(bundle.resolve("saved_model.pb"), "another graph");
        ModelBundle changed = seal();
        Files.writeString(signature, ofAnother);

        assertThat(trusted.verify(changed)).isInstanceOf(SignatureResult.Wrong.class);
    }

    @Test
    void aManifestThatChangesAfterTheBundleWasOpenedIsNotTakenForSigned() throws Exception {
        ModelBundle opened = seal();
        Files.writeString(bundle.resolve("saved_model.pb"), "another graph");
        sealAndSign();

        assertThat(trusted.verify(opened)).isInstanceOf(SignatureResult.Wrong.class);
    }

    @Test
    void aSignatureFileThatIsNoneIsWrong() throws Exception {
        ModelBundle sealed = seal();
        for (String broken : List.of("", "ed25519", "rsa " + ID + " AAAA", "ed25519 x AAAA", "ed25519 " + ID + " A!")) {
            Files.writeString(bundle.resolve("MANIFEST.sha256.sig"), broken);
            assertThat(trusted.verify(sealed)).as(broken).isInstanceOf(SignatureResult.Wrong.class);
        }
        Files.writeString(bundle.resolve("MANIFEST.sha256.sig"), "ed25519 " + ID + " AAAA");
        assertThat(trusted.verify(sealed)).isInstanceOf(SignatureResult.Wrong.class);
    }

    @Test
    void aKeyFileThatIsNoneIsNamed() throws Exception {
        Path missing = folder.resolve("missing.pem");
        Path rsa = pem("rsa.pem", "PRIVATE KEY", newKeys("RSA").getPrivate());
        Path text = Files.writeString(folder.resolve("text"), "no key");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertBad(missing, "There is no key file");
        assertBad(rsa, "no private Ed25519 key");
        assertBad(text, "no PEM file with a PRIVATE KEY");
        assertBad(binary, "no PEM file with a PRIVATE KEY");
        assertBad(folder.resolve("key.pub"), "no PEM file with a PRIVATE KEY");
        assertThatThrownBy(() -> TrustedKeys.read(List.of(folder.resolve("key.pem"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no PEM file with a PUBLIC KEY");
    }

    private static void assertBad(Path file, String reason) {
        assertThatThrownBy(() -> SigningKey.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason);
    }
}
