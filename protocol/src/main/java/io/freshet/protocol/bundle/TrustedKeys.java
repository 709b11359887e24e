package io.freshet.protocol.bundle;

import io.freshet.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The public keys whose signatures on bundles count. There may be several, so that keys can change: the new one is
 * trusted everywhere before a trainer signs with it, and the old one until no bundle of its time is in service. Immutable.
 */
public final class TrustedKeys {

    /** Nobody's signature is asked for. */
    public static final TrustedKeys NONE = new TrustedKeys(Map.of());

    private final Map<KeyId, PublicKey> keys;

    private TrustedKeys(Map<KeyId, PublicKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /**
     * Reads key files, as {@code openssl pkey -pubout} writes them.
     *
     * @throws IOException if a file cannot be read, or is none; the message says so to people
     */
    public static TrustedKeys read(List<Path> files) throws IOException {
        Map<KeyId, PublicKey> keys = new HashMap<>();
        for (Path file : files) {
            PublicKey key = key(file);
            keys.put(KeyId.of(key), key);
        }
        return new TrustedKeys(keys);
    }

    private static PublicKey key(Path file) throws IOException {
        byte[] encoded = Pem.read(file, "PUBLIC KEY");
        try {
            return KeyFactory.getInstance(SigningKey.ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no public Ed25519 key; openssl pkey -pubout makes one", e);
        }
    }

    /** Whether no key is trusted, which means that signatures are not asked for. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /**
     * Looks for a trusted signature over the files that the bundle was opened with.
     *
     * @throws IOException if the disk fails
     */
    public SignatureResult verify(ModelBundle bundle) throws IOException {
        Optional<BundleSignature> signature;
        byte[] manifest;
        try {
            signature = BundleSignature.read(bundle.folder());
            manifest = Files.readAllBytes(bundle.folder().resolve(BundleManifest.NAME));
        } catch (IllegalArgumentException e) {
            return new SignatureResult.Wrong(BundleSignature.NAME + " cannot be read: " + e.getMessage());
        } catch (NoSuchFileException e) {
            return new SignatureResult.Wrong("There is no " + BundleManifest.NAME);
        }
        if (signature.isEmpty()) {
            return new SignatureResult.Unsigned();
        }
        KeyId id = signature.get().key();
        PublicKey key = keys.get(id);
        if (key == null) {
            return new SignatureResult.UnknownKey(id);
        }
        return Sha256.hex(manifest).equals(bundle.manifestSha256())
                        && isRight(key, manifest, signature.get().bytes())
                ? new SignatureResult.SignedBy(id)
                : new SignatureResult.Wrong("the signature does not belong to this manifest and key " + id);
    }

    private static boolean isRight(PublicKey key, byte[] manifest, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(SigningKey.ALGORITHM);
            verifier.initVerify(key);
            verifier.update(manifest);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // it has not even a signature's form
        }
    }

    @Override
    public String toString() {
        return "trusted keys " + keys.keySet();
    }
}
