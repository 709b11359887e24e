package io.freshet.protocol.bundle;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;

/** The private Ed25519 key (RFC 8032) with which a trainer signs its bundles. Thread safe. */
public final class SigningKey {

    static final String ALGORITHM = "Ed25519";

    private final PrivateKey key;
    private final KeyId id;

    private SigningKey(PrivateKey key, KeyId id) {
        this.key = key;
        this.id = id;
    }

    /**
     * Reads a key file, as {@code openssl genpkey -algorithm ed25519} writes it.
     *
     * @throws IOException if the file cannot be read, or is none; the message says so to people
     */
    public static SigningKey read(Path file) throws IOException {
        byte[] encoded = Pem.read(file, "PRIVATE KEY");
        try {
            EdECPrivateKey key = (EdECPrivateKey)
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(key, KeyId.of(publicKey(key)));
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IOException(
                    file + " holds no private Ed25519 key; openssl genpkey -algorithm ed25519 makes one", e);
        }
    }

    /**
     * The public key that belongs to a private one. The file does not hold it, and the platform derives it only where it
     * makes a key pair: so it makes one of these very bytes.
     */
    private static PublicKey publicKey(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] seed = key.getBytes().orElseThrow(() -> new GeneralSecurityException("The key does not tell its bytes"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(255, new Replay(seed));
        PublicKey found = generator.generateKeyPair().getPublic();
        byte[] probe = {1};
        Signature verifier = Signature.getInstance(ALGORITHM);
        verifier.initVerify(found);
        verifier.update(probe);
        if (!verifier.verify(sign(key, probe))) {
            throw new GeneralSecurityException("This platform does not derive the public key");
        }
        return found;
    }

    /** Of the public key that belongs to it. */
    public KeyId id() {
        return id;
    }

    /** 64 bytes, always the same for the same message. */
    byte[] sign(byte[] message) {
        try {
            return sign(key, message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Key " + id + " does not sign", e);
        }
    }

    private static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(ALGORITHM);
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "signing key " + id;
    }

    /** Draws the bytes that it was given. */
    private static final class Replay extends SecureRandom {

        private static final long serialVersionUID = 1L;

        private final byte[] bytes;

        Replay(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, Math.min(target.length, bytes.length));
        }
    }
}
